// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.verdict;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads outcomes from JSON: the report of the suite has them in the form that we keep ours in. */
final class Outcomes {
  static final String BEHAVIOR = "behavior";
  static final String CLOSE = "behaviorClose";

  private Outcomes() {}

  /**
   * Returns what a file holds: an object of objects, by case.
   *
   * @throws IOException if it cannot be read, or holds something else
   */
  static JsonObject parse(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file)) {
      JsonElement root = JsonParser.parseReader(reader);
      if (root.isJsonObject()) {
        return root.getAsJsonObject();
      }
      throw new IOException(file + " holds no object");
    } catch (JsonParseException e) {
      throw new IOException(file + " is no JSON: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the outcomes of a member of that object, none if it has no such member.
   *
   * @throws IOException if one is none
   */
  static SortedMap<CaseId, Outcome> member(Path file, JsonObject root, String name)
      throws IOException {
    SortedMap<CaseId, Outcome> outcomes = new TreeMap<>();
    JsonElement member = root.get(name);
    if (member == null) {
      return outcomes;
    }
    String where = name;
    try {
      for (Map.Entry<String, JsonElement> entry : member.getAsJsonObject().entrySet()) {
        where = name + " " + entry.getKey();
        JsonObject object = entry.getValue().getAsJsonObject();
        outcomes.put(
            CaseId.of(entry.getKey()),
            new Outcome(verdict(object, BEHAVIOR), verdict(object, CLOSE)));
      }
    } catch (IllegalStateException | UnsupportedOperationException | IllegalArgumentException e) {
      throw new IOException(file + ", " + where + ": " + e.getMessage(), e);
    }
    return outcomes;
  }

  private static Verdict verdict(JsonObject object, String name) {
    @Nullable JsonElement word = object.get(name);
    if (word == null) {
      throw new IllegalArgumentException("no member '" + name + "'");
    }
    return Verdict.of(word.getAsString());
  }
}
