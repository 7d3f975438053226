package dev.terrarium.services.sqs;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;

/// Amazon SQS.
public final class SqsPackage implements ServicePackage {
  @Override
  public String name() {
    return "sqs";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.sqs.SqsClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var queues = new Queues(cloud);
    var messages = new SqsMessages(queues);
    return List.of(
        new SqsQueues(queues),
        new SqsPermissions(queues),
        messages,
        new SqsBatches(queues, messages),
        new SqsMoveTasks(queues),
        new SqsGuard(queues));
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return List.of(
        new QueueResource(cloud), QueueResource.policy(cloud), QueueResource.inlinePolicy(cloud));
  }
}
