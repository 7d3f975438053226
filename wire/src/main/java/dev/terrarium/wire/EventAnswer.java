package dev.terrarium.wire;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.wire.codec.RestBodies;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.awscore.eventstream.EventStreamResponseHandler;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/// An answer that is a stream of events: a frame each, sent as soon as it is there, as Smithy's
/// event stream encoding has it. Everything happens on the thread that serves the call.
final class EventAnswer implements EventStreamResponseHandler<SdkPojo, SdkPojo> {
  private static final Map<Class<?>, String> TYPES = new ConcurrentHashMap<>();

  private final boolean errorsOnly;
  private final ClientProtocol protocol;
  private final Sender sender;
  private final String requestId;
  private @Nullable OutputStream out;

  /// @param errorsOnly whether the service's events know no exceptions
  EventAnswer(ClientProtocol protocol, Sender sender, String requestId, boolean errorsOnly) {
    this.errorsOnly = errorsOnly;
    this.protocol = protocol;
    this.sender = sender;
    this.requestId = requestId;
  }

  /// Whether the client has seen the beginning, so that an error must be an event as well.
  boolean hasBegun() {
    return out != null;
  }

  @Override
  public void responseReceived(SdkPojo response) {
    var headers = new LinkedHashMap<>(protocol.streamHeaders(response, requestId));
    headers.put("Content-Type", "application/vnd.amazon.eventstream");
    out = sender.open(200, headers);
    var initial = protocol.initialEvent(response);
    try {
      if (initial != null) {
        send(event("initial-response", initial));
      } else {
        out.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void onEventStream(SdkPublisher<SdkPojo> events) {
    events.subscribe(new Listener());
  }

  @Override
  public void exceptionOccurred(Throwable thrown) {
    // The exception itself comes out of the call.
  }

  @Override
  public void complete() {
    end();
  }

  /// Tells of an error after the beginning, and ends. S3 has no exceptions among its events, only
  /// errors.
  void fail(AwsServiceException error) throws IOException {
    var headers = LinkedHashMap.<String, HeaderValue>newLinkedHashMap(5);
    headers.put(":error-code", HeaderValue.fromString(Errors.code(error)));
    headers.put(":error-message", HeaderValue.fromString(Errors.message(error)));
    if (errorsOnly) {
      headers.put(":message-type", HeaderValue.fromString("error"));
      send(new Message(headers, new byte[0]));
    } else {
      var body = Json.object().put("message", Errors.message(error)).toString();
      headers.put(":message-type", HeaderValue.fromString("exception"));
      headers.put(":exception-type", HeaderValue.fromString(Errors.code(error)));
      headers.put(":content-type", HeaderValue.fromString("application/json"));
      send(new Message(headers, body.getBytes(StandardCharsets.UTF_8)));
    }
    end();
  }

  private void end() {
    try {
      if (out != null) {
        out.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void send(Message message) throws IOException {
    var to = java.util.Objects.requireNonNull(out);
    message.encode(to);
    to.flush();
  }

  private static Message event(String type, RestBodies.@Nullable Body body) {
    var headers = LinkedHashMap.<String, HeaderValue>newLinkedHashMap(3);
    headers.put(":message-type", HeaderValue.fromString("event"));
    headers.put(":event-type", HeaderValue.fromString(type));
    if (body == null) {
      return new Message(headers, new byte[0]);
    }
    headers.put(":content-type", HeaderValue.fromString(body.contentType()));
    return new Message(headers, body.bytes());
  }

  /// The SDK gives each kind of event a class, and each event the name of its kind.
  private static String type(SdkPojo event) {
    return TYPES.computeIfAbsent(
        event.getClass(),
        kind -> {
          try {
            return String.valueOf(kind.getMethod("sdkEventType").invoke(event));
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Not an event: " + kind, e);
          }
        });
  }

  private final class Listener implements Subscriber<SdkPojo> {
    private @Nullable Subscription subscription;

    @Override
    public void onSubscribe(Subscription given) {
      subscription = given;
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(SdkPojo event) {
      var type = type(event);
      try {
        send(event(type, protocol.event(type, event)));
      } catch (IOException | UncheckedIOException e) {
        // The client has gone: whoever sends learns it and stops.
        java.util.Objects.requireNonNull(subscription).cancel();
      }
    }

    @Override
    public void onError(Throwable thrown) {
      // The same comes out of the call.
    }

    @Override
    public void onComplete() {
      // Followed by complete() of the answer.
    }
  }
}
