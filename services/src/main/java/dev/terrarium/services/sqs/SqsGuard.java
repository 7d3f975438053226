package dev.terrarium.services.sqs;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Guard;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.model.Operation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/// What requests to SQS need permission for, with the policies of queues.
final class SqsGuard implements Guard {
  private final Queues queues;

  SqsGuard(Queues queues) {
    this.queues = queues;
  }

  @Override
  public List<Need> needs(Call call, Operation operation, SdkPojo request) {
    var action = "sqs:" + operation.name().replaceFirst("Batch$", "");
    QueueKey key = null;
    var account = call.account();
    for (var field : request.sdkFields()) {
      if (field.getValueOrDefault(request) instanceof String text) {
        switch (field.memberName()) {
          case "QueueUrl" -> key = QueueKey.ofUrl(text);
          case "QueueName" -> key = new QueueKey(account, call.region(), text);
          case "SourceArn" -> key = QueueKey.ofArn(text);
          case "QueueOwnerAWSAccountId" -> account = text;
          default -> {}
        }
      }
    }
    if (key == null) {
      return List.of(Need.of(action, "*", account));
    }
    if (operation.name().equals("GetQueueUrl")) {
      key = new QueueKey(account, key.region(), key.name());
    }
    if (operation.name().equals("CreateQueue")) {
      return List.of(Need.of(action, key.arn(), account));
    }
    var queue = queues.find(key);
    return queue == null
        ? List.of()
        : List.of(Need.of(action, key.arn(), key.account()).under(policy(queue)));
  }

  private static com.fasterxml.jackson.databind.@Nullable JsonNode policy(Queue queue) {
    var text = queue.config().attribute("Policy");
    return text.isEmpty() ? null : Json.parse(text);
  }
}
