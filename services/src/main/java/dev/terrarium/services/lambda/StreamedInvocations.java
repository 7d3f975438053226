package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.EventSink;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaAsyncClient;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamRequest;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponse;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponseEvent;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponseHandler;
import software.amazon.awssdk.services.lambda.model.LogType;

/// Invoking functions whose answer is wanted as it comes. One that does not stream answers in one
/// piece.
final class StreamedInvocations implements LambdaAsyncClient {
  private final Cloud cloud;
  private final LambdaState state;
  private final VersionRouter router;
  private final Dispatcher dispatcher;

  StreamedInvocations(Cloud cloud, LambdaState state, VersionRouter router, Dispatcher dispatcher) {
    this.cloud = cloud;
    this.state = state;
    this.router = router;
    this.dispatcher = dispatcher;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  @Override
  public CompletableFuture<Void> invokeWithResponseStream(
      InvokeWithResponseStreamRequest request, InvokeWithResponseStreamResponseHandler handler) {
    var reference = FunctionReference.of(request.functionName(), request.qualifier());
    var type = request.invocationTypeAsString();
    var version = router.route(reference);
    var response =
        InvokeWithResponseStreamResponse.builder()
            .statusCode(200)
            .executedVersion(version.configuration().version());
    if ("DryRun".equals(type)) {
      EventSink.answer(handler, response.statusCode(204).build(), sink -> {});
      return CompletableFuture.completedFuture(null);
    } else if (type != null && !type.equals("RequestResponse")) {
      throw LambdaErrors.constraint(
          "invocationType", type, "satisfy enum value set: [RequestResponse, DryRun]");
    }
    var payload = Invocations.payload(request.payload());
    Invocations.limit(payload, "RequestResponse", Invocations.SYNC_BYTES_MAX);
    Invocations.checkJson(payload);
    var pipe = new ResponsePipe();
    var invocation =
        new Invocation(
            Call.current().requestId(),
            reference.arn(),
            payload,
            Lineage.enter(state, reference.function()),
            Invocations.context(request.clientContext()),
            pipe);
    cloud.background(
        "lambda",
        "lambda-stream",
        reference.function().scope(),
        () -> pipe.run(() -> dispatcher.invoke(reference.function(), version, invocation)));
    try {
      response.responseStreamContentType(pipe.awaitBegin());
    } catch (InterruptedException e) {
      throw ended(e);
    }
    EventSink.answer(
        handler, response.build(), sink -> pass(pipe, sink, request.logType() == LogType.TAIL));
    return CompletableFuture.completedFuture(null);
  }

  private static void pass(
      ResponsePipe pipe, EventSink<InvokeWithResponseStreamResponseEvent> sink, boolean tail) {
    try {
      for (var piece = pipe.next(); piece != null; piece = pipe.next()) {
        if (!sink.send(chunk(piece))) {
          pipe.abandon();
          return;
        }
      }
    } catch (InterruptedException e) {
      pipe.abandon();
      throw ended(e);
    }
    var completed = pipe.completed();
    var outcome = completed.outcome();
    var end = InvokeWithResponseStreamResponseEvent.invokeCompleteBuilder();
    if (outcome.error() != null) {
      end.errorCode(outcome.error())
          .errorDetails(new String(outcome.payload(), StandardCharsets.UTF_8));
    } else if (outcome.payload().length > 0) {
      sink.send(chunk(outcome.payload()));
    }
    if (tail) {
      end.logResult(Base64.getEncoder().encodeToString(completed.logTail()));
    }
    sink.send(end.build());
  }

  private static InvokeWithResponseStreamResponseEvent chunk(byte[] piece) {
    return InvokeWithResponseStreamResponseEvent.payloadChunkBuilder()
        .payload(SdkBytes.fromByteArrayUnsafe(piece))
        .build();
  }

  private static RuntimeException ended(InterruptedException interruption) {
    Thread.currentThread().interrupt();
    var error = Errors.of(503, "ServiceUnavailable", "Terrarium is shutting down");
    error.addSuppressed(interruption);
    return error;
  }
}
