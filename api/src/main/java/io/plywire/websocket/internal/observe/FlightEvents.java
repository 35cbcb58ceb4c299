// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.observe;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.SettingDefinition;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * What the Flight Recorder can record. The names and fields are public: docs/observing.md describes
 * them, and settings files name them.
 *
 * <p>All events are instants, at the end of what they tell; how long that took is a field.
 */
@SuppressWarnings("unused") // the recorder reads the fields
final class FlightEvents {
  // To be asked whether somebody records those.
  static final Connect CONNECT = new Connect();
  static final Layer LAYER = new Layer();
  static final AcceptFailed ACCEPT_FAILED = new AcceptFailed();
  static final Handshake HANDSHAKE = new Handshake();
  static final Message MESSAGE = new Message();
  static final MessageDropped DROPPED = new MessageDropped();
  static final WriteStall STALL = new WriteStall();
  static final RoundTrip ROUND_TRIP = new RoundTrip();
  static final Close CLOSE = new Close();

  private FlightEvents() {}

  static boolean isAnyEnabled() {
    return CLOSE.isEnabled()
        || MESSAGE.isEnabled()
        || HANDSHAKE.isEnabled()
        || CONNECT.isEnabled()
        || LAYER.isEnabled()
        || ACCEPT_FAILED.isEnabled()
        || DROPPED.isEnabled()
        || STALL.isEnabled()
        || ROUND_TRIP.isEnabled();
  }

  /** Why something failed. */
  @Category("plywire")
  @StackTrace(false)
  abstract static class WithError extends Event {
    @Label("Error")
    @Description("The code of the error, such as TIMEOUT; nothing if there is none")
    @Nullable String error;

    @Label("Condition")
    @Description("The group of errors that it belongs to, such as CONNECT_FAILED")
    @Nullable String condition;

    @Label("Message")
    @Description("What the error says, and the errors that caused it")
    @Nullable String message;
  }

  /** Something that happens to one WebSocket. */
  @Category("plywire")
  @StackTrace(false)
  abstract static class OfConnection extends WithError {
    @Label("Connection")
    @Description("The same number in all events of a WebSocket, most likely no other's")
    int connection;

    @Label("Role")
    @Description("The side that this is: CLIENT or SERVER")
    @Nullable String role;

    @Label("Local Address")
    @Nullable String local;

    @Label("Remote Address")
    @Nullable String remote;
  }

  @Name("plywire.Connect")
  @Label("Connect")
  @Description("A client has connected or given up, with all its steps")
  static final class Connect extends WithError {
    @Label("Endpoint")
    @Nullable String endpoint;

    @Label("Took")
    @Timespan(Timespan.NANOSECONDS)
    long took;

    @Label("Steps")
    @Description("What was done, one step a line")
    @Nullable String steps;
  }

  @Name("plywire.LayerHandshake")
  @Label("Layer Handshake")
  @Description("A layer such as TLS was put on a connection, or could not be")
  static final class Layer extends WithError {
    @Label("Layer")
    @Nullable String layer;

    @Label("Role")
    @Nullable String role;

    @Label("Local Address")
    @Nullable String local;

    @Label("Remote Address")
    @Nullable String remote;

    @Label("Stream")
    @Description("The layer, or what it should have been put on")
    @Nullable String stream;

    @Label("Took")
    @Timespan(Timespan.NANOSECONDS)
    long took;
  }

  @Name("plywire.AcceptFailed")
  @Label("Accept Failed")
  @Description("A server turned a connection away, or its layer failed, before anything was asked")
  static final class AcceptFailed extends WithError {
    @Label("Remote Address")
    @Nullable String remote;
  }

  @Name("plywire.Handshake")
  @Label("Opening Handshake")
  @Description("A WebSocket has opened, or has failed to")
  static final class Handshake extends OfConnection {
    @Label("Path")
    @Description("What was asked for, without the query")
    @Nullable String path;

    @Label("Status")
    @Description("What was answered: 101 if it has opened, 0 if nothing was")
    int status;

    @Label("Subprotocol")
    @Nullable String subprotocol;

    @Label("Compression")
    @Description("What was agreed on, or nothing")
    @Nullable String compression;

    @Label("Took")
    @Timespan(Timespan.NANOSECONDS)
    long took;
  }

  @Name("plywire.Message")
  @Label("Message")
  @Description("A long message was received or sent; the setting minimumBytes says what is long")
  static final class Message extends OfConnection {
    @Label("Sent")
    @Description("Whether this side has sent it")
    boolean sent;

    @Label("Kind")
    @Nullable String kind;

    @Label("Bytes")
    @DataAmount
    long bytes;

    @Label("Wire Bytes")
    @Description("How long it was on the wire, which is less if it was compressed")
    @DataAmount
    long wireBytes;

    @Label("Frames")
    int frames;

    @SettingDefinition
    @Name(MinimumBytes.NAME)
    @Label("Minimum Bytes")
    @Description("Shorter messages are not recorded")
    private boolean isLong(MinimumBytes setting) {
      return bytes >= setting.bytes();
    }
  }

  @Name("plywire.MessageDropped")
  @Label("Message Dropped")
  @Description("A queue that was full gave up a message")
  static final class MessageDropped extends OfConnection {
    @Label("Bytes")
    @DataAmount
    long bytes;
  }

  @Name("plywire.WriteStall")
  @Label("Write Stall")
  @Description("The peer took nothing of what was being written for 100 ms or more")
  static final class WriteStall extends OfConnection {
    @Label("Took")
    @Timespan(Timespan.NANOSECONDS)
    long took;
  }

  @Name("plywire.RoundTrip")
  @Label("Round Trip")
  @Description("The pong of a ping has come")
  static final class RoundTrip extends OfConnection {
    @Label("Took")
    @Timespan(Timespan.NANOSECONDS)
    long took;
  }

  @Name("plywire.Close")
  @Label("Close")
  @Description("A WebSocket that was open has ended")
  static final class Close extends OfConnection {
    @Label("Close Code")
    @Description("What was received: 1005 if no code was, 1006 if no close frame was")
    int code;

    @Label("Initiator")
    @Description("The side that sent the first close frame, or nothing")
    @Nullable String initiator;

    @Label("Sent")
    @Description("What the close frame of this side said, or nothing")
    @Nullable String sent;

    @Label("Received")
    @Description("What the close frame of the peer said, or nothing")
    @Nullable String received;

    @Label("Transport End")
    @Description("How the layer below has ended")
    @Nullable String transport;

    @Label("Lived")
    @Timespan(Timespan.NANOSECONDS)
    long lived;
  }
}
