package dev.terrarium.conformance;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.EventSink;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Exchanger;
import java.util.concurrent.Semaphore;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsAsyncClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.LiveTailSessionLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailResponseHandler;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailResponseStream;
import software.amazon.awssdk.services.lambda.LambdaAsyncClient;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamRequest;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponse;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponseEvent;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponseHandler;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.SelectObjectContentEventStream;
import software.amazon.awssdk.services.s3.model.SelectObjectContentRequest;
import software.amazon.awssdk.services.s3.model.SelectObjectContentResponse;
import software.amazon.awssdk.services.s3.model.SelectObjectContentResponseHandler;

/// Services made for a test, each of which answers with events in its protocol.
final class StreamingServices {
  /// One permit for each listener that was found to be gone.
  static final Semaphore SENT_IN_VAIN = new Semaphore(0);

  /// Where the function "waiting" waits.
  static final Exchanger<String> MEETING = new Exchanger<>();

  private StreamingServices() {}

  static List<ServicePackage> all() {
    var services = "software.amazon.awssdk.services.";
    return List.of(
        new Made("lambda", services + "lambda.LambdaClient", new Functions()),
        new Made("logs", services + "cloudwatchlogs.CloudWatchLogsClient", new Logs()),
        new Made("s3", services + "s3.S3Client", new Objects()));
  }

  private record Made(String name, String clientInterface, Object part) implements ServicePackage {
    @Override
    public List<?> open(Cloud cloud) {
      return List.of(part);
    }
  }

  /// Echoes the payload in pieces, or fails where it is told to.
  private static final class Functions implements LambdaAsyncClient {
    @Override
    public CompletableFuture<Void> invokeWithResponseStream(
        InvokeWithResponseStreamRequest request, InvokeWithResponseStreamResponseHandler handler) {
      var function = request.functionName();
      if (function.equals("absent")) {
        throw Errors.of(
            ResourceNotFoundException.builder().type("User"),
            404,
            "ResourceNotFoundException",
            "No");
      }
      EventSink.answer(
          handler,
          InvokeWithResponseStreamResponse.builder().statusCode(200).executedVersion("7").build(),
          sink -> {
            var payload = request.payload().asByteArray();
            for (var piece : payload) {
              var bytes = SdkBytes.fromByteArray(new byte[] {piece});
              sink.send(
                  InvokeWithResponseStreamResponseEvent.payloadChunkBuilder()
                      .payload(bytes)
                      .build());
            }
            if (function.equals("failing")) {
              throw Errors.of(
                  ResourceNotFoundException.builder(), 404, "ResourceNotFoundException", "Gone");
            }
            if (function.equals("waiting")) {
              meet();
            }
            while (function.equals("endless")) {
              var bytes = SdkBytes.fromByteArray(new byte[8192]);
              if (!sink.send(
                  InvokeWithResponseStreamResponseEvent.payloadChunkBuilder()
                      .payload(bytes)
                      .build())) {
                SENT_IN_VAIN.release();
                return;
              }
            }
            sink.send(
                InvokeWithResponseStreamResponseEvent.invokeCompleteBuilder()
                    .errorCode("none")
                    .build());
          });
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  private static final class Logs implements CloudWatchLogsAsyncClient {
    @Override
    public CompletableFuture<Void> startLiveTail(
        StartLiveTailRequest request, StartLiveTailResponseHandler handler) {
      EventSink.answer(
          handler,
          StartLiveTailResponse.builder().build(),
          sink -> {
            sink.send(
                StartLiveTailResponseStream.sessionStartBuilder()
                    .logGroupIdentifiers(request.logGroupIdentifiers())
                    .build());
            sink.send(
                StartLiveTailResponseStream.sessionUpdateBuilder()
                    .sessionResults(LiveTailSessionLogEvent.builder().message("a line").build())
                    .build());
          });
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  private static final class Objects implements S3AsyncClient {
    @Override
    public CompletableFuture<Void> selectObjectContent(
        SelectObjectContentRequest request, SelectObjectContentResponseHandler handler) {
      EventSink.answer(
          handler,
          SelectObjectContentResponse.builder().build(),
          sink -> {
            sink.send(
                SelectObjectContentEventStream.recordsBuilder()
                    .payload(SdkBytes.fromUtf8String(request.expression()))
                    .build());
            sink.send(
                SelectObjectContentEventStream.statsBuilder()
                    .details(d -> d.bytesReturned(3L).bytesScanned(9L))
                    .build());
            sink.send(SelectObjectContentEventStream.endBuilder().build());
          });
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  private static void meet() {
    try {
      MEETING.exchange("here");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
