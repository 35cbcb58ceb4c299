// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Digest, with the figures of RFC 7616, section 3.9, of RFC 2617 and of errata 4897. */
class DigestAnswerTest {
  private static final ProxyCredentials MUFASA = ProxyCredentials.of("Mufasa", "Circle of Life");

  private static String answer(
      ProxyCredentials who,
      String method,
      String uri,
      String clientNonce,
      int count,
      String... parameters) {
    Map<String, String> all = new HashMap<>();
    for (int i = 0; i < parameters.length; i += 2) {
      all.put(parameters[i], parameters[i + 1]);
    }
    DigestHash hash = DigestHash.named(all.getOrDefault("algorithm", "MD5"));
    Challenge challenge = new Challenge("Digest", all);
    return new DigestAnswer(challenge, hash, all.containsKey("qop"), clientNonce, count)
        .of(who, method, uri);
  }

  @ParameterizedTest
  @CsvSource({
    "MD5, 8ca523f5e9506fed4657c9700eebdbec",
    "SHA-256, 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
  })
  void figuresOfTheStandard(String algorithm, String response) {
    assertThat(
            answer(
                MUFASA,
                "GET",
                "/dir/index.html",
                "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
                1,
                "realm",
                "http-auth@example.org",
                "qop",
                "auth, auth-int",
                "algorithm",
                algorithm,
                "nonce",
                "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                "opaque",
                "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"))
        .isEqualTo(
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\","
                + " nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\","
                + " uri=\"/dir/index.html\", algorithm="
                + algorithm
                + ", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\", qop=auth,"
                + " nc=00000001, cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\","
                + " response=\""
                + response
                + "\"");
  }

  /** The figures that the standard prints are of another hash; those of the erratum are right. */
  @Test
  void hashedNameBySha512() {
    ProxyCredentials jason = ProxyCredentials.of("J\u00e4s\u00f8n Doe", "Secret, or not?");
    String[] parameters = {
      "realm",
      "api@example.org",
      "qop",
      "auth",
      "algorithm",
      "SHA-512-256",
      "nonce",
      "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
      "opaque",
      "HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS",
      "charset",
      "UTF-8",
      "userhash",
      "true"
    };
    String answer =
        answer(
            jason,
            "GET",
            "/doe.json",
            "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
            1,
            parameters);
    assertThat(answer)
        .startsWith(
            "Digest username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b\"")
        .contains(", userhash=true, ")
        .endsWith("response=\"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5\"");
    parameters[parameters.length - 1] = "false";
    assertThat(
            answer(
                jason,
                "GET",
                "/doe.json",
                "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
                1,
                parameters))
        .startsWith("Digest username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, realm")
        .doesNotContain("userhash")
        .endsWith("response=\"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5\"");
  }

  /** As RFC 2617 has it: with quality of protection, and without as before it. */
  @Test
  void olderForms() {
    ProxyCredentials mufasa = ProxyCredentials.of("Mufasa", "Circle Of Life");
    String[] old = {"realm", "testrealm@host.com", "nonce", "dcd98b7102dd2f0e8b11d0f600bfb0c093"};
    assertThat(answer(mufasa, "GET", "/dir/index.html", "0a4f113b", 1, old))
        .isEqualTo(
            "Digest username=\"Mufasa\", realm=\"testrealm@host.com\","
                + " nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\","
                + " response=\"670fd8c2df070c60b045671b8b24ff02\"");
    assertThat(
            answer(
                mufasa,
                "GET",
                "/dir/index.html",
                "0a4f113b",
                1,
                "realm",
                old[1],
                "nonce",
                old[3],
                "qop",
                "auth"))
        .endsWith("response=\"6629fae49393a05397450978507c4ef1\"");
  }

  /** A session hashes the secret once more, with both nonces. */
  @ParameterizedTest
  @CsvSource({"MD5-sess, MD5", "SHA-256-sess, SHA-256", "SHA-512-256-sess, SHA-512/256"})
  void sessions(String algorithm, String javaName) throws Exception {
    java.security.MessageDigest md = java.security.MessageDigest.getInstance(javaName);
    java.util.function.UnaryOperator<String> h =
        text -> java.util.HexFormat.of().formatHex(md.digest(text.getBytes()));
    String ha1 = h.apply(h.apply("Mufasa:r:Circle of Life") + ":n:c");
    String expected = h.apply(ha1 + ":n:0000001f:c:auth:" + h.apply("CONNECT:a:1"));
    assertThat(
            answer(
                MUFASA,
                "CONNECT",
                "a:1",
                "c",
                31,
                "realm",
                "r",
                "nonce",
                "n",
                "qop",
                "auth",
                "algorithm",
                algorithm))
        .contains("nc=0000001f")
        .endsWith("response=\"" + expected + "\"");
  }

  @Test
  void whatTheProxySaidIsGivenBackWithItsQuotes() {
    assertThat(
            answer(
                ProxyCredentials.of("a\"b\\c", "p"),
                "CONNECT",
                "a:1",
                "c",
                1,
                "realm",
                "r\"\\\u00fc",
                "nonce",
                "n"))
        .startsWith("Digest username=\"a\\\"b\\\\c\", realm=\"r\\\"\\\\\u00fc\", nonce=\"n\"");
  }

  @Test
  void answersAreCountedAndHaveTheSameNonceOfTheClient() {
    Challenge challenge =
        new Challenge("digest", Map.of("realm", "r", "nonce", "n", "qop", "auth"));
    String first = challenge.answer(MUFASA, "CONNECT", "a:1");
    String second = challenge.answer(MUFASA, "CONNECT", "a:1");
    assertThat(first).contains("nc=00000001");
    assertThat(second).contains("nc=00000002");
    assertThat(nonce(first)).isEqualTo(nonce(second)).hasSize(24);
    Challenge other = new Challenge("digest", Map.of("realm", "r", "nonce", "n", "qop", "auth"));
    assertThat(nonce(other.answer(MUFASA, "CONNECT", "a:1"))).isNotEqualTo(nonce(first));
  }

  private static String nonce(String answer) {
    return answer.replaceFirst(".*cnonce=\"", "").replaceFirst("\".*", "");
  }

  // ---- reading challenges

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "Basic realm=\"x\" | Basic",
        "Basic | Basic",
        "Basic, Digest realm=r, nonce=n | Basic, Digest",
        "Basic realm = \"a, Digest b=\\\"c\" , Digest realm=r , nonce=n,algorithm=SHA-256"
            + " | Basic, Digest SHA-256",
        "Negotiate YII/+abc==, NTLM, Basic realm=x | Negotiate, NTLM, Basic",
        "NTLM TlRM, Negotiate | NTLM, Negotiate",
        ", ,Bearer scope=\"\" ,, Basic | Bearer, Basic",
        "Basic realm=\"never ends, Digest | Basic",
        "Basic \u00fc, Digest | Basic",
        "= | no scheme at all",
        "\"\" | no scheme at all",
      })
  void severalChallengesInOneValue(String value, String names) {
    assertThat(Challenge.names(ChallengeParser.parse(List.of(value)))).isEqualTo(names);
  }

  @Test
  void parametersOfAChallenge() {
    Challenge challenge =
        ChallengeParser.parse(
                List.of(
                    "Digest REALM=\"a \\\"b\\\" c\", nonce=abc, stale=TRUE, nonce=\"other\", x=\"\","
                        + " userhash=false"))
            .get(0);
    assertThat(challenge.parameter("realm")).isEqualTo("a \"b\" c");
    assertThat(challenge.parameter("nonce")).isEqualTo("abc");
    assertThat(challenge.parameter("x")).isEmpty();
    assertThat(challenge.isStale()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Basic realm=x, Digest realm=r, nonce=n | Digest",
        "Digest realm=r, nonce=n, Digest realm=r, nonce=n, algorithm=SHA-256 | Digest SHA-256",
        "Digest realm=r, nonce=n, algorithm=SHA-512-256, Digest realm=r, nonce=n, algorithm=MD5"
            + " | Digest SHA-512-256",
        "Digest realm=r, nonce=n, algorithm=SHA-256-sess, Digest realm=r, nonce=n,"
            + " algorithm=SHA-256 | Digest SHA-256-sess",
        "Digest realm=r, nonce=n, algorithm=SHA-1, Basic | Basic",
        "Digest realm=r, nonce=n, qop=auth-int, Basic | Basic",
        "Digest realm=r, Basic | Basic",
        "Digest nonce=n, Basic | Basic",
        "Negotiate, NTLM | null",
      })
  void strongestOneThatCanBeAnswered(String value, String chosen) {
    assertThat(String.valueOf(Challenge.strongest(ChallengeParser.parse(List.of(value)))))
        .isEqualTo(chosen);
  }
}
