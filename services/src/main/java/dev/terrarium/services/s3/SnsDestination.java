package dev.terrarium.services.s3;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Principal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.sns.SnsClient;

/// Events as messages of a topic.
final class SnsDestination implements Destination {
  private static final String SUBJECT = "Amazon S3 Notification";

  private final Cloud cloud;
  private final Map<Arn, SnsClient> clients = new ConcurrentHashMap<>();

  SnsDestination(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public void validate(Arn arn, String testMessage) {
    deliver(arn, "s3:TestEvent", testMessage);
  }

  @Override
  public void deliver(Arn arn, String event, String message) {
    clients
        .computeIfAbsent(arn, this::client)
        .publish(p -> p.topicArn(arn.toString()).subject(SUBJECT).message(message));
  }

  private SnsClient client(Arn arn) {
    var principal = Principal.service(arn.account(), "s3.amazonaws.com");
    return cloud.client(SnsClient.class, arn.scope(), principal);
  }
}
