package dev.terrarium.services.sqs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.sqs.model.AddPermissionRequest;
import software.amazon.awssdk.services.sqs.model.AddPermissionResponse;
import software.amazon.awssdk.services.sqs.model.RemovePermissionRequest;
import software.amazon.awssdk.services.sqs.model.RemovePermissionResponse;

/// Statements of a queue's policy, added and removed by label.
final class SqsPermissions implements SqsPart {
  private static final Set<String> ACTIONS =
      Set.of(
          "*",
          "SendMessage",
          "ReceiveMessage",
          "DeleteMessage",
          "ChangeMessageVisibility",
          "GetQueueAttributes",
          "GetQueueUrl",
          "ListDeadLetterSourceQueues",
          "PurgeQueue");
  private static final Set<String> OWNERS_ACTIONS =
      Set.of(
          "AddPermission",
          "CancelMessageMoveTask",
          "CreateQueue",
          "DeleteQueue",
          "ListMessageMoveTasks",
          "ListQueueTags",
          "ListQueues",
          "RemovePermission",
          "SetQueueAttributes",
          "StartMessageMoveTask",
          "TagQueue",
          "UntagQueue");
  private static final int ACTIONS_MAX = 7;

  private final Queues queues;

  SqsPermissions(Queues queues) {
    this.queues = queues;
  }

  @Override
  public AddPermissionResponse addPermission(AddPermissionRequest request) {
    var queue = queues.ofUrl(request.queueUrl());
    if (request.label() == null) {
      throw SqsErrors.missing("Label");
    } else if (request.awsAccountIds().isEmpty()) {
      throw SqsErrors.missing("AWSAccountIds");
    } else if (request.actions().isEmpty()) {
      throw SqsErrors.missing("Actions");
    } else if (!request.label().matches("[A-Za-z0-9_-]{1,80}")) {
      throw SqsErrors.invalid(
          request.label(),
          "Label",
          "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
    }
    if (request.actions().size() > ACTIONS_MAX) {
      throw SqsErrors.overLimit(
          request.actions().size()
              + " Actions were found, maximum allowed is "
              + ACTIONS_MAX
              + ".");
    }
    for (var action : request.actions()) {
      if (OWNERS_ACTIONS.contains(action)) {
        throw SqsErrors.invalid(
            "SQS:" + action,
            "ActionName",
            "Only the queue owner is allowed to invoke this action.");
      } else if (!ACTIONS.contains(action)) {
        throw SqsErrors.invalid(
            "SQS:" + action,
            "ActionName",
            "Please refer to the appropriate WSDL for a list of valid actions.");
      }
    }
    var policy = policy(queue);
    if (find(policy, request.label()) >= 0) {
      throw SqsErrors.invalid(request.label(), "Label", "Already exists.");
    }
    var statement = statements(policy).addObject();
    statement.put("Sid", request.label()).put("Effect", "Allow");
    var accounts =
        request.awsAccountIds().stream().map(id -> "arn:aws:iam::" + id + ":root").toList();
    put(statement.putObject("Principal"), "AWS", accounts);
    put(statement, "Action", request.actions().stream().map(a -> "SQS:" + a).toList());
    statement.put("Resource", queue.key.arn());
    store(queue, policy);
    return AddPermissionResponse.builder().build();
  }

  @Override
  public RemovePermissionResponse removePermission(RemovePermissionRequest request) {
    var queue = queues.ofUrl(request.queueUrl());
    if (request.label() == null) {
      throw SqsErrors.missing("Label");
    }
    var policy = policy(queue);
    var at = find(policy, request.label());
    if (at < 0) {
      throw SqsErrors.invalid(request.label(), "Label", "can't find label on existing policy.");
    }
    statements(policy).remove(at);
    store(queue, policy);
    return RemovePermissionResponse.builder().build();
  }

  private static ObjectNode policy(Queue queue) {
    var text = queue.config().attribute("Policy");
    if (!text.isEmpty()) {
      return (ObjectNode) Json.parse(text);
    }
    return Json.object()
        .put("Version", "2008-10-17")
        .put("Id", queue.key.arn() + "/SQSDefaultPolicy");
  }

  private static ArrayNode statements(ObjectNode policy) {
    return policy.withArray("Statement");
  }

  private static int find(ObjectNode policy, String label) {
    var statements = statements(policy);
    for (int i = 0; i < statements.size(); i++) {
      if (statements.get(i).path("Sid").asText().equals(label)) {
        return i;
      }
    }
    return -1;
  }

  /// A list of one is written as the one.
  private static void put(ObjectNode node, String name, List<String> values) {
    if (values.size() == 1) {
      node.put(name, values.getFirst());
    } else {
      var list = node.putArray(name);
      values.forEach(list::add);
    }
  }

  private void store(Queue queue, ObjectNode policy) {
    var attributes = new HashMap<>(queue.config().attributes());
    if (statements(policy).isEmpty()) {
      attributes.remove("Policy");
    } else {
      attributes.put("Policy", Json.write(policy));
    }
    queue.configure(queue.config().withAttributes(attributes, queues.cloud.clock().now()));
  }
}
