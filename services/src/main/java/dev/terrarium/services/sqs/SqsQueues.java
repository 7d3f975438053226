package dev.terrarium.services.sqs;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Page;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.CreateQueueRequest;
import software.amazon.awssdk.services.sqs.model.CreateQueueResponse;
import software.amazon.awssdk.services.sqs.model.DeleteQueueRequest;
import software.amazon.awssdk.services.sqs.model.DeleteQueueResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlResponse;
import software.amazon.awssdk.services.sqs.model.ListDeadLetterSourceQueuesRequest;
import software.amazon.awssdk.services.sqs.model.ListDeadLetterSourceQueuesResponse;
import software.amazon.awssdk.services.sqs.model.ListQueueTagsRequest;
import software.amazon.awssdk.services.sqs.model.ListQueueTagsResponse;
import software.amazon.awssdk.services.sqs.model.ListQueuesRequest;
import software.amazon.awssdk.services.sqs.model.ListQueuesResponse;
import software.amazon.awssdk.services.sqs.model.PurgeQueueRequest;
import software.amazon.awssdk.services.sqs.model.PurgeQueueResponse;
import software.amazon.awssdk.services.sqs.model.SetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.SetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.TagQueueRequest;
import software.amazon.awssdk.services.sqs.model.TagQueueResponse;
import software.amazon.awssdk.services.sqs.model.UntagQueueRequest;
import software.amazon.awssdk.services.sqs.model.UntagQueueResponse;

/// Queues themselves: made, described, changed, tagged, purged, deleted.
final class SqsQueues implements SqsPart {
  private static final Duration PURGE_PAUSE = Duration.ofSeconds(60);
  private static final int TAGS_MAX = 50;

  private final Queues queues;

  SqsQueues(Queues queues) {
    this.queues = queues;
  }

  @Override
  public CreateQueueResponse createQueue(CreateQueueRequest request) {
    var name = request.queueName();
    if (name == null) {
      throw SqsErrors.missing("QueueName");
    } else if (!QueueKey.isValidName(name)) {
      throw SqsErrors.invalid(
          "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
    }
    var key = QueueKey.of(name);
    var attributes = QueueAttributes.check(key, request.attributesAsStrings(), true);
    attributes.values().removeIf(String::isEmpty);
    checkTags(request.tags());
    if (attributes.containsKey("RedrivePolicy") && queues.find(key) == null) {
      checkRedriveAllowed(key, attributes.getOrDefault("RedrivePolicy", ""));
    }
    var now = queues.cloud.clock().now();
    var id = queues.cloud.ids().hex(16);
    var queue = queues.create(key, new QueueConfig(id, now, now, attributes, request.tags(), null));
    if (!queue.config().storageId().equals(id)) {
      for (var wanted : request.attributesAsStrings().entrySet()) {
        if (!queue.config().attribute(wanted.getKey()).equals(wanted.getValue())) {
          throw SqsErrors.queueExists(wanted.getKey());
        }
      }
    }
    return CreateQueueResponse.builder().queueUrl(queues.url(key)).build();
  }

  @Override
  public DeleteQueueResponse deleteQueue(DeleteQueueRequest request) {
    queues.delete(queues.ofUrl(request.queueUrl()).key);
    return DeleteQueueResponse.builder().build();
  }

  @Override
  public GetQueueUrlResponse getQueueUrl(GetQueueUrlRequest request) {
    if (request.queueName() == null) {
      throw SqsErrors.missing("QueueName");
    }
    var scope = Call.current().scope();
    var owner = request.queueOwnerAWSAccountId();
    var account = owner == null ? scope.account() : owner;
    var key = new QueueKey(account, scope.region(), request.queueName());
    return GetQueueUrlResponse.builder().queueUrl(queues.url(queues.get(key).key)).build();
  }

  @Override
  public ListQueuesResponse listQueues(ListQueuesRequest request) {
    var prefix = request.queueNamePrefix() == null ? "" : request.queueNamePrefix();
    var max = pageSize(request.maxResults());
    var found = queues.list(Call.current().scope(), prefix, token(request.nextToken()), max + 1);
    var page = found.subList(0, Math.min(found.size(), max));
    var urls = page.stream().map(queues::url).toList();
    var response = ListQueuesResponse.builder().queueUrls(urls.isEmpty() ? null : urls);
    if (found.size() > max && request.maxResults() != null) {
      response.nextToken(Page.token(page.getLast().name()));
    }
    return response.build();
  }

  @Override
  public ListDeadLetterSourceQueuesResponse listDeadLetterSourceQueues(
      ListDeadLetterSourceQueuesRequest request) {
    var target = queues.ofUrl(request.queueUrl()).key;
    var max = pageSize(request.maxResults());
    var after = token(request.nextToken());
    var found =
        queues.sourcesOf(target).stream().filter(k -> k.name().compareTo(after) > 0).toList();
    var page = found.subList(0, Math.min(found.size(), max));
    var response =
        ListDeadLetterSourceQueuesResponse.builder()
            .queueUrls(page.stream().map(queues::url).toList());
    if (found.size() > max) {
      response.nextToken(Page.token(page.getLast().name()));
    }
    return response.build();
  }

  private static int pageSize(@Nullable Integer wanted) {
    if (wanted != null && (wanted < 1 || wanted > 1000)) {
      throw SqsErrors.invalid(wanted, "MaxResults", "MaxResults must be between 1 and 1000.");
    }
    return wanted == null ? 1000 : wanted;
  }

  private static String token(@Nullable String text) {
    try {
      return text == null ? "" : Page.nameIn(text);
    } catch (IllegalArgumentException e) {
      throw SqsErrors.invalid("Invalid or expired next token.");
    }
  }

  @Override
  public GetQueueAttributesResponse getQueueAttributes(GetQueueAttributesRequest request) {
    var queue = queues.ofUrl(request.queueUrl());
    var wanted = new TreeSet<>(request.attributeNamesAsStrings());
    var all = all(queue);
    var answer = new LinkedHashMap<String, String>();
    for (var name : wanted) {
      if (name.equals("All")) {
        answer.putAll(all);
      } else if (all.containsKey(name)) {
        answer.put(name, all.get(name));
      } else if (!isKnown(name)) {
        throw SqsErrors.attributeName(name);
      }
    }
    return GetQueueAttributesResponse.builder()
        .attributesWithStrings(answer.isEmpty() ? null : answer)
        .build();
  }

  private static boolean isKnown(String name) {
    return software.amazon.awssdk.services.sqs.model.QueueAttributeName.knownValues().stream()
        .anyMatch(known -> known.toString().equals(name));
  }

  private static Map<String, String> all(Queue queue) {
    var config = queue.config();
    var all = new LinkedHashMap<String, String>();
    all.put("QueueArn", queue.key.arn());
    var counts = queue.counts();
    all.put("ApproximateNumberOfMessages", Long.toString(counts.ready()));
    all.put("ApproximateNumberOfMessagesNotVisible", Long.toString(counts.inFlight()));
    all.put("ApproximateNumberOfMessagesDelayed", Long.toString(counts.delayed()));
    all.put("CreatedTimestamp", Long.toString(config.created().getEpochSecond()));
    all.put("LastModifiedTimestamp", Long.toString(config.modified().getEpochSecond()));
    for (var name :
        List.of(
            "VisibilityTimeout",
            "MaximumMessageSize",
            "MessageRetentionPeriod",
            "DelaySeconds",
            "ReceiveMessageWaitTimeSeconds")) {
      all.put(name, config.attribute(name));
    }
    if (queue.key.isFifo()) {
      all.put("FifoQueue", "true");
      all.put("ContentBasedDeduplication", "false");
      all.put("DeduplicationScope", "queue");
      all.put("FifoThroughputLimit", "perQueue");
    }
    if (config.attribute("KmsMasterKeyId").isEmpty()) {
      all.put("SqsManagedSseEnabled", "true");
    } else {
      all.put("KmsDataKeyReusePeriodSeconds", config.attribute("KmsDataKeyReusePeriodSeconds"));
      all.put("SqsManagedSseEnabled", "false");
    }
    all.putAll(config.attributes());
    return all;
  }

  @Override
  public SetQueueAttributesResponse setQueueAttributes(SetQueueAttributesRequest request) {
    var queue = queues.ofUrl(request.queueUrl());
    if (!request.hasAttributes()) {
      throw SqsErrors.missing("Attribute.Name");
    }
    var changed = QueueAttributes.check(queue.key, request.attributesAsStrings(), false);
    change(queue, changed);
    return SetQueueAttributesResponse.builder().build();
  }

  private void change(Queue queue, Map<String, String> changed) {
    var merged = new HashMap<>(queue.config().attributes());
    merged.putAll(changed);
    merged.values().removeIf(String::isEmpty);
    if (changed.containsKey("RedrivePolicy") && merged.containsKey("RedrivePolicy")) {
      checkRedriveAllowed(queue.key, merged.get("RedrivePolicy"));
    }
    queue.configure(queue.config().withAttributes(merged, queues.cloud.clock().now()));
  }

  /// The dead-letter queue may say whose dead letters it takes.
  private void checkRedriveAllowed(QueueKey source, String policy) {
    var arn = Json.parse(policy).path("deadLetterTargetArn").asText();
    var target = queues.find(QueueKey.ofArn(arn));
    if (target == null) {
      throw SqsErrors.invalid(policy, "RedrivePolicy", "Dead letter target does not exist.");
    }
    var allow = target.config().attribute("RedriveAllowPolicy");
    if (allow.isEmpty()) {
      return;
    }
    var tree = Json.parse(allow);
    var permission = tree.path("redrivePermission").asText();
    boolean allowed = permission.equals("allowAll");
    if (permission.equals("byQueue")) {
      for (var one : tree.path("sourceQueueArns")) {
        allowed |= one.asText().equals(source.arn());
      }
    }
    if (!allowed) {
      throw SqsErrors.invalid(
          policy, "RedrivePolicy", "The dead-letter queue does not allow this source queue.");
    }
  }

  @Override
  public PurgeQueueResponse purgeQueue(PurgeQueueRequest request) {
    var queue = queues.ofUrl(request.queueUrl());
    var now = queues.cloud.clock().now();
    var last = queue.config().purged();
    if (last != null && last.plus(PURGE_PAUSE).isAfter(now)) {
      throw SqsErrors.purging(queue.key.name());
    }
    var id = queues.cloud.ids().hex(16);
    queues.sweep(queue.purge(queue.config().purgedTo(id, now)));
    return PurgeQueueResponse.builder().build();
  }

  @Override
  public ListQueueTagsResponse listQueueTags(ListQueueTagsRequest request) {
    var tags = queues.ofUrl(request.queueUrl()).config().tags();
    return ListQueueTagsResponse.builder().tags(tags.isEmpty() ? null : tags).build();
  }

  @Override
  public TagQueueResponse tagQueue(TagQueueRequest request) {
    var queue = queues.ofUrl(request.queueUrl());
    if (!request.hasTags()) {
      throw SqsErrors.missing("Tags");
    }
    var tags = new HashMap<>(queue.config().tags());
    tags.putAll(request.tags());
    checkTags(tags);
    queue.configure(queue.config().withTags(tags));
    return TagQueueResponse.builder().build();
  }

  @Override
  public UntagQueueResponse untagQueue(UntagQueueRequest request) {
    var queue = queues.ofUrl(request.queueUrl());
    if (!request.hasTagKeys()) {
      throw SqsErrors.missing("TagKeys");
    }
    var tags = new HashMap<>(queue.config().tags());
    tags.keySet().removeAll(Set.copyOf(request.tagKeys()));
    queue.configure(queue.config().withTags(tags));
    return UntagQueueResponse.builder().build();
  }

  private static void checkTags(Map<String, String> tags) {
    if (tags.size() > TAGS_MAX) {
      throw SqsErrors.invalid("Too many tags added for queue.");
    }
    tags.forEach((name, value) -> {
      if (name.isEmpty() || name.length() > 128 || name.startsWith("aws:")) {
        throw SqsErrors.invalid("Tag keys must be 1 to 128 characters and not begin with aws:");
      } else if (value.length() > 256) {
        throw SqsErrors.invalid("Tag values must be at most 256 characters.");
      }
    });
  }
}
