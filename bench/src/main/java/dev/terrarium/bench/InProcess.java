package dev.terrarium.bench;

import dev.terrarium.kernel.Cloud;
import java.util.Locale;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/// Calls without a socket, one thread, in memory.
final class InProcess implements Bench {
  private static final int COUNT = 200_000;
  private static final int ROUNDS = 7;

  private interface Step {
    void run(int number);
  }

  @Override
  public String name() {
    return "inprocess";
  }

  @Override
  public String about() {
    return "SQS and S3 called from Java without a socket";
  }

  @Override
  public void run(Output out) {
    out.section("In process, one thread, in memory");
    out.head(
        "call", "median of " + ROUNDS + " rounds of " + String.format(Locale.ROOT, "%,d", COUNT));
    try (var cloud = Cloud.inMemory()) {
      var sqs = cloud.client(SqsClient.class);
      var url = sqs.createQueue(r -> r.queueName("bench")).queueUrl();
      var send = SendMessageRequest.builder().queueUrl(url).messageBody("x".repeat(100)).build();
      measure("SQS SendMessage", n -> sqs.sendMessage(send), out);
      var turn = sqs.createQueue(r -> r.queueName("turn")).queueUrl();
      measure(
          "SQS SendMessage, ReceiveMessage, DeleteMessage",
          n -> {
            sqs.sendMessage(r -> r.queueUrl(turn).messageBody("x"));
            var got = sqs.receiveMessage(r -> r.queueUrl(turn)).messages().getFirst();
            sqs.deleteMessage(r -> r.queueUrl(turn).receiptHandle(got.receiptHandle()));
          },
          out);
      var s3 = cloud.client(S3Client.class);
      s3.createBucket(r -> r.bucket("bench"));
      var body = new byte[1024];
      measure(
          "S3 PutObject 1 KB",
          n ->
              s3.putObject(r -> r.bucket("bench").key("k" + n % 1000), RequestBody.fromBytes(body)),
          out);
      measure("S3 GetObject 1 KB", n -> read(s3, n), out);
    }
  }

  private static void read(S3Client s3, int number) {
    try (ResponseInputStream<GetObjectResponse> in =
        s3.getObject(r -> r.bucket("bench").key("k" + number % 1000))) {
      if (in.readAllBytes().length != 1024) {
        throw new IllegalStateException("Not what was put");
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void measure(String name, Step step, Output out) {
    var nanos = new double[ROUNDS];
    for (int round = -1; round < ROUNDS; round++) {
      var start = System.nanoTime();
      for (int i = 0; i < COUNT; i++) {
        step.run(i);
      }
      var each = (System.nanoTime() - start) / (double) COUNT;
      if (round >= 0) {
        nanos[round] = each;
      }
    }
    out.row(name, Output.micros(Output.median(nanos)));
  }
}
