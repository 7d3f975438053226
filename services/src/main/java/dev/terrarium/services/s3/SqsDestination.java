package dev.terrarium.services.s3;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Principal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Events as messages of a queue.
final class SqsDestination implements Destination {
  private record Queue(SqsClient sqs, String url) {}

  private final Cloud cloud;
  private final Map<Arn, Queue> queues = new ConcurrentHashMap<>();

  SqsDestination(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public void validate(Arn arn, String testMessage) {
    if (arn.resource().endsWith(".fifo")) {
      throw S3Errors.invalidRequest("FIFO queues are not supported as destinations");
    }
    queues.remove(arn);
    deliver(arn, "s3:TestEvent", testMessage);
  }

  @Override
  public void deliver(Arn arn, String event, String message) {
    var queue = queues.computeIfAbsent(arn, this::queue);
    queue.sqs.sendMessage(m -> m.queueUrl(queue.url).messageBody(message));
  }

  private Queue queue(Arn arn) {
    var principal = Principal.service(arn.account(), "s3.amazonaws.com");
    var sqs = cloud.client(SqsClient.class, arn.scope(), principal);
    return new Queue(sqs, sqs.getQueueUrl(q -> q.queueName(arn.resource())).queueUrl());
  }
}
