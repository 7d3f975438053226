package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.*;

/// Invoking functions.
final class Invocations implements LambdaPart {
  /// The largest event and answer of a synchronous invocation. Where the parser would show what it
  /// reads.
  private static final Pattern SOURCE = Pattern.compile("REDACTED \\([^)]*\\)");

  static final int SYNC_BYTES_MAX = 6 * 1024 * 1024;

  /// The largest event of an asynchronous one.
  static final int ASYNC_BYTES_MAX = 1024 * 1024;

  private final LambdaState state;
  private final VersionRouter router;
  private final Dispatcher dispatcher;
  private final AsyncEvents events;

  Invocations(LambdaState state, VersionRouter router, Dispatcher dispatcher, AsyncEvents events) {
    this.state = state;
    this.router = router;
    this.dispatcher = dispatcher;
    this.events = events;
  }

  @Override
  public InvokeResponse invoke(InvokeRequest request) {
    var reference = FunctionReference.of(request.functionName(), request.qualifier());
    var type =
        request.invocationTypeAsString() == null
            ? "RequestResponse"
            : request.invocationTypeAsString();
    var payload = payload(request.payload());
    var context = context(request.clientContext());
    return switch (type) {
      case "DryRun" -> {
        router.route(reference);
        yield InvokeResponse.builder().statusCode(204).build();
      }
      case "Event" -> {
        limit(payload, type, ASYNC_BYTES_MAX);
        router.route(reference);
        checkJson(payload);
        events.add(reference, Call.current().requestId(), payload, context);
        yield InvokeResponse.builder()
            .statusCode(202)
            .payload(SdkBytes.fromByteArray(new byte[0]))
            .build();
      }
      case "RequestResponse" -> {
        limit(payload, type, SYNC_BYTES_MAX);
        yield invokeNow(reference, payload, context, request.logType() == LogType.TAIL);
      }
      default ->
          throw LambdaErrors.constraint(
              "invocationType", type, "satisfy enum value set: [RequestResponse, Event, DryRun]");
    };
  }

  private InvokeResponse invokeNow(
      FunctionReference reference, byte[] payload, String context, boolean tail) {
    var target = router.route(reference);
    checkJson(payload);
    var call = Call.current();
    var invocation =
        new Invocation(
            call.requestId(),
            reference.arn(),
            payload,
            Lineage.enter(state, reference.function()),
            context);
    var completed = dispatcher.invoke(reference.function(), target, invocation);
    var outcome = completed.outcome();
    var response =
        InvokeResponse.builder()
            .statusCode(200)
            .executedVersion(target.configuration().version())
            .functionError(outcome.error())
            .payload(SdkBytes.fromByteArrayUnsafe(outcome.payload()));
    if (tail) {
      response.logResult(Base64.getEncoder().encodeToString(completed.logTail()));
    }
    return response.build();
  }

  static byte[] payload(@Nullable SdkBytes given) {
    var bytes = given == null ? new byte[0] : given.asByteArrayUnsafe();
    return bytes.length == 0 ? new byte[] {'{', '}'} : bytes;
  }

  static void limit(byte[] payload, String type, int bytesMax) {
    if (payload.length > bytesMax) {
      throw LambdaErrors.tooLarge(payload.length, type, bytesMax);
    }
  }

  static void checkJson(byte[] payload) {
    try {
      Json.parse(new String(payload, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      var text = new String(payload, StandardCharsets.UTF_8);
      throw LambdaErrors.badContent(
          "Could not parse request body into json: Could not parse payload into json: "
              + SOURCE
                  .matcher(String.valueOf(e.getMessage()))
                  .replaceAll(Matcher.quoteReplacement("(byte[])\"" + text + "\"")));
    }
  }

  static String context(@Nullable String context) {
    if (context == null) {
      return "";
    }
    try {
      var json = new String(Base64.getDecoder().decode(context), StandardCharsets.UTF_8);
      return Json.write(Json.parse(json));
    } catch (IllegalArgumentException e) {
      throw LambdaErrors.badContent("Client context must be a valid Base64-encoded JSON object.");
    }
  }
}
