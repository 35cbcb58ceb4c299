// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.browser;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** A page in the browser, and the fingers of the one who sits before it. */
final class Page {
  private final DevTools tools;
  private final String session;

  private Page(DevTools tools, String session) {
    this.tools = tools;
    this.session = session;
  }

  static Page open(DevTools tools, String url) throws IOException, InterruptedException {
    String target =
        tools.call(null, "Target.createTarget", "url", "about:blank").get("targetId").getAsString();
    String session =
        tools
            .call(null, "Target.attachToTarget", "targetId", target, "flatten", true)
            .get("sessionId")
            .getAsString();
    tools.call(session, "Page.enable");
    // So that keys arrive, whichever page is in front.
    tools.call(session, "Emulation.setFocusEmulationEnabled", "enabled", true);
    CompletableFuture<JsonObject> loaded = tools.next(session, "Page.loadEventFired");
    JsonObject navigated = tools.call(session, "Page.navigate", "url", url);
    if (navigated.has("errorText")) {
      throw new AssertionError(url + ": " + navigated.get("errorText"));
    }
    DevTools.get(loaded, "loading " + url);
    return new Page(tools, session);
  }

  /** Returns what an expression of JavaScript gives, or what its promise does. */
  JsonElement evaluate(String expression) throws IOException, InterruptedException {
    JsonObject answer =
        tools.call(
            session,
            "Runtime.evaluate",
            "expression",
            expression,
            "awaitPromise",
            true,
            "returnByValue",
            true);
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.getAsJsonObject("result").get("value");
  }

  /** Waits until the document has changed so that a condition in JavaScript holds. */
  void await(String condition) throws IOException, InterruptedException {
    try {
      evaluate(promise(condition));
    } catch (AssertionError e) {
      String seen = "document.activeElement.id + ' has the focus: ' + document.body.innerText";
      throw new AssertionError(condition + " does not hold; " + evaluate(seen), e);
    }
  }

  private static String promise(String condition) {
    return """
        new Promise(done => {
          const watch = new MutationObserver(look);
          function look() {
            if (%s) {
              watch.disconnect();
              done(true);
            }
          }
          watch.observe(document,
              { subtree: true, childList: true, characterData: true, attributes: true });
          look();
        })
        """
        .formatted(condition);
  }

  /** Types text where the focus is. */
  void type(String text) throws IOException, InterruptedException {
    tools.call(session, "Input.insertText", "text", text);
  }

  void tab() throws IOException, InterruptedException {
    press("Tab", 9, "");
  }

  void enter() throws IOException, InterruptedException {
    press("Enter", 13, "\r");
  }

  private void press(String key, int code, String text) throws IOException, InterruptedException {
    for (String type : new String[] {"keyDown", "keyUp"}) {
      tools.call(
          session,
          "Input.dispatchKeyEvent",
          "type",
          type,
          "key",
          key,
          "code",
          key,
          "windowsVirtualKeyCode",
          code,
          "text",
          type.equals("keyDown") ? text : "");
    }
  }
}
