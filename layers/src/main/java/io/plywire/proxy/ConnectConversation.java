// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CONNECT (RFC 9110, section 9.3.6). A challenge is answered once on this connection, if that stays
 * open; once more if all that was wrong was the age of the nonce.
 */
final class ConnectConversation extends Conversation {
  private static final String AUTHORIZATION = "Proxy-Authorization";
  private static final int UNAUTHORIZED = 401;
  private static final int CHALLENGED = 407;
  private static final int SWITCHING_PROTOCOLS = 101;

  /** How much of a body that nobody wants is skipped for the sake of the connection. */
  static final int BODY_MAX = 64 * 1024;

  private static final int PORTION = 512; // of a body

  private enum Step {
    REQUEST,
    HEAD,
    BODY
  }

  private final @Nullable ProxyCredentials credentials;
  private final TunnelFields fields;
  private final int headMax;

  private Step step = Step.REQUEST;
  private @Nullable Challenge challenge; // what the next request answers
  private boolean sent; // the last request had credentials
  private int answers; // to challenges of this connection
  private boolean wasStale;

  private int looked; // bytes of the head
  private int inHeads; // bytes of heads that are done with
  private @Nullable AnswerHead head; // of the last challenge
  private @Nullable AnswerBody body; // the rest of it
  private long inBody;

  ConnectConversation(
      Target target,
      @Nullable ProxyCredentials credentials,
      @Nullable Challenge known,
      TunnelFields fields,
      int headMax) {
    super(target.toString());
    this.credentials = credentials;
    this.challenge = known;
    this.fields = fields;
    this.headMax = headMax;
  }

  @Override
  Next look() throws Refusal {
    return switch (step) {
      case REQUEST -> {
        step = Step.HEAD;
        yield send(request());
      }
      case HEAD -> lookAtHead();
      case BODY -> {
        AnswerBody skipped = body;
        if (skipped != null) {
          skipped.take(bytes(), size());
        }
        inBody += size();
        forget();
        yield skip();
      }
    };
  }

  private byte[] request() {
    StringBuilder text = new StringBuilder("CONNECT " + target() + " HTTP/1.1\r\n");
    add(text, "Host", target());
    sent = fields.has(AUTHORIZATION);
    if (challenge != null && credentials != null) {
      add(text, AUTHORIZATION, challenge.answer(credentials, "CONNECT", target()));
      sent = true;
    }
    for (HttpField field : fields.all()) {
      add(text, field.name(), field.value());
    }
    return text.append("\r\n").toString().getBytes(ISO_8859_1);
  }

  private static void add(StringBuilder text, String name, String value) {
    text.append(name).append(": ").append(value).append("\r\n");
  }

  private Next lookAtHead() throws Refusal {
    int missing = AnswerHead.missing(bytes(), size(), looked);
    looked = size();
    if (inHeads + size() + missing > headMax) {
      throw new Refusal(
          ProxyError.ANSWER_TOO_LARGE,
          "the head of the proxy's answer exceeds the limit of " + headMax + " bytes");
    }
    if (missing > 0) {
      return receive(missing);
    }
    AnswerHead complete = AnswerHead.parse(bytes(), size());
    inHeads += size();
    looked = 0;
    forget();
    int status = complete.status();
    if (status < 200 && status != SWITCHING_PROTOCOLS) {
      return receive(AnswerHead.LEAST_BYTES); // RFC 9110, section 15.2: the answer is still to come
    }
    if (status / 100 == 2) {
      return Next.DONE; // RFC 9110, section 9.3.6: whatever it says of a body
    }
    if (status == CHALLENGED) {
      return challenged(complete);
    }
    if (status == UNAUTHORIZED && sent) {
      // As a server would say it, which some proxies do.
      throw refused(
          ProxyError.AUTHENTICATION, complete, null, "does not take the credentials for the way");
    }
    boolean unreachable = status >= 502 && status <= 504;
    throw refused(
        unreachable ? ProxyError.UNREACHABLE : ProxyError.REFUSED,
        complete,
        null,
        unreachable ? "could not connect" : "refuses to connect");
  }

  private Refusal refused(
      ProxyError error, AnswerHead answer, @Nullable Challenge open, String verb) {
    return new Refusal(
        error,
        answer.status(),
        answer.reason(),
        sent,
        open,
        "the proxy " + verb + " to " + target() + ": " + answer.statusText());
  }

  private Next challenged(AnswerHead answer) throws Refusal {
    List<Challenge> offered = ChallengeParser.parse(answer.values("Proxy-Authenticate"));
    String names = Challenge.names(offered);
    if (credentials == null) {
      throw refused(
          ProxyError.AUTHENTICATION,
          answer,
          null,
          sent
              ? "does not take the field " + AUTHORIZATION + ", asks for " + names + ", for the way"
              : "asks for credentials by " + names + " and there are none, for the way");
    }
    Challenge best = Challenge.strongest(offered);
    if (best == null) {
      throw refused(
          ProxyError.AUTHENTICATION,
          answer,
          null,
          "asks for credentials by " + names + ", which cannot be answered, for the way");
    }
    if (!mayAnswer(best)) {
      throw refused(
          ProxyError.AUTHENTICATION, answer, null, "does not take the credentials for the way");
    }
    if (best.is(Challenge.BASIC) && !BasicAnswer.fits(credentials)) {
      throw refused(
          ProxyError.AUTHENTICATION,
          answer,
          null,
          "asks for credentials by Basic, in which no user name has a colon, for the way");
    }
    challenge = best;
    head = answer;
    body = AnswerBody.of(answer);
    inBody = 0;
    if (body == null || !answer.persists()) {
      throw newConnectionNeeded(answer);
    }
    step = Step.BODY;
    return skip();
  }

  /** One answer to a challenge: a stronger one than what was sent unasked, or to a new nonce. */
  private boolean mayAnswer(Challenge best) {
    Challenge last = challenge;
    if (last == null) {
      return true;
    }
    if (last.is(Challenge.BASIC)) {
      return answers == 0 && best.is(Challenge.DIGEST);
    }
    boolean renewed = best.is(Challenge.DIGEST) && best.isStale() && !wasStale;
    wasStale |= renewed;
    return renewed;
  }

  private Refusal newConnectionNeeded(AnswerHead answer) {
    return refused(
        ProxyError.NEW_CONNECTION_NEEDED,
        answer,
        challenge,
        "asks for credentials and ends the connection, which needs a new one with the credentials"
            + " for the way");
  }

  private Next skip() throws Refusal {
    AnswerBody skipped = body;
    AnswerHead answer = head;
    long missing = skipped == null ? 0 : skipped.missing();
    if (missing == 0) {
      step = Step.REQUEST;
      answers++;
      return look();
    }
    if (answer != null && inBody + missing > BODY_MAX) {
      throw newConnectionNeeded(answer);
    }
    return receive((int) Math.min(missing, PORTION));
  }

  /** A proxy that ends instead of reading another request wants it on a new connection. */
  @Override
  @Nullable Refusal lost(IOException error) {
    AnswerHead answer = head;
    boolean betweenAnswers = step == Step.BODY || (answers > 0 && size() == 0);
    return answer != null && betweenAnswers ? newConnectionNeeded(answer) : null;
  }
}
