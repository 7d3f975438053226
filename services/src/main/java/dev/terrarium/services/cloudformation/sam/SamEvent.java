package dev.terrarium.services.cloudformation.sam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.util.List;

/// One of the `Events` of a function: what invokes it, and that it may.
final class SamEvent {
  private static final String[] MAPPING = {
    "BatchSize",
    "Enabled",
    "MaximumBatchingWindowInSeconds",
    "FunctionResponseTypes",
    "FilterCriteria",
    "ScalingConfig",
    "StartingPosition",
    "StartingPositionTimestamp",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "TumblingWindowInSeconds",
    "KmsKeyArn",
    "MetricsConfig",
    "ProvisionedPollerConfig",
    "Topics",
    "ConsumerGroupId",
    "SourceAccessConfigurations"
  };

  private final SamFunction function;
  private final SamTransform transform;
  private final String event;
  private final String id;
  private final JsonNode properties;
  private final String type;

  SamEvent(SamFunction function, SamTransform transform, String event, JsonNode definition) {
    this.function = function;
    this.transform = transform;
    this.event = event;
    this.id = function.name() + event;
    this.type = definition.path("Type").asText();
    this.properties = definition.path("Properties");
  }

  void convert() {
    switch (type) {
      case "SQS" -> mapping("Queue", "AWSLambdaSQSQueueExecutionRole");
      case "Kinesis" -> mapping("Stream", "AWSLambdaKinesisExecutionRole");
      case "DynamoDB" -> mapping("Stream", "AWSLambdaDynamoDBExecutionRole");
      case "MSK" -> mapping("Stream", "AWSLambdaMSKExecutionRole");
      case "SNS" -> topic();
      case "S3" -> bucket();
      case "Schedule" -> rule("Schedule", "ScheduleExpression");
      case "ScheduleV2" -> schedule();
      case "EventBridgeRule", "CloudWatchEvent" -> rule("Pattern", "EventPattern");
      case "CloudWatchLogs" -> logs();
      case "AlexaSkill" -> skill();
      default ->
          throw SamErrors.event(
              function.name(), event, "Terrarium does not implement events of type " + type);
    }
  }

  private void mapping(String sourceName, String policy) {
    allow(MAPPING, sourceName);
    var mapping =
        Trees.object("EventSourceArn", need(sourceName), "FunctionName", function.nameForEvents());
    Trees.copy(properties, mapping, MAPPING);
    transform.add(id, "AWS::Lambda::EventSourceMapping", mapping, function.source());
    destination(mapping);
    function.role().managed("service-role/" + policy);
  }

  /// Its type is for SAM alone, which lets the function send there.
  private void destination(ObjectNode mapping) {
    if (!mapping.has("DestinationConfig")) {
      return;
    }
    var config = mapping.get("DestinationConfig").deepCopy();
    mapping.set("DestinationConfig", config);
    if (!(config.path("OnFailure") instanceof ObjectNode failure)) {
      throw SamErrors.event(
          function.name(), event, "Property 'DestinationConfig.OnFailure' should be a map.");
    }
    if (failure.remove("Type") instanceof JsonNode kind) {
      switch (kind.asText()) {
        case "SQS" ->
            function
                .role()
                .inline(id + "SQSPolicy", "sqs:SendMessage", failure.path("Destination"));
        case "SNS" ->
            function.role().inline(id + "SNSPolicy", "sns:publish", failure.path("Destination"));
        default ->
            throw SamErrors.event(
                function.name(), event, "The only valid values for 'Type' are 'SQS' and 'SNS'");
      }
    }
  }

  private void topic() {
    allow(
        new String[] {
          "FilterPolicy", "FilterPolicyScope", "Region", "RedrivePolicy", "SqsSubscription"
        },
        "Topic");
    var queue = transform.values().in(properties.path("SqsSubscription"));
    if (queue.isObject() || queue.asBoolean()) {
      queue(queue);
      return;
    }
    subscribe("lambda", function.arnForEvents());
    permission("sns.amazonaws.com", "SourceArn", need("Topic"));
  }

  private void subscribe(String protocol, JsonNode endpoint) {
    var subscription =
        Trees.object("Protocol", protocol, "Endpoint", endpoint, "TopicArn", need("Topic"));
    Trees.copy(
        properties, subscription, "FilterPolicy", "FilterPolicyScope", "Region", "RedrivePolicy");
    transform.add(id, "AWS::SNS::Subscription", subscription, function.source());
  }

  /// The topic's messages go to a queue, of which the function is the consumer.
  ///
  /// @param given the queue, or `true` if one is to be made
  private void queue(JsonNode given) {
    var made = id + "Queue";
    var arn = given.isObject() ? given.get("QueueArn") : Trees.attribute(made, "Arn");
    var url = given.isObject() ? given.get("QueueUrl") : Trees.ref(made);
    if (arn == null || url == null) {
      throw SamErrors.event(function.name(), event, "No QueueARN or QueueURL provided.");
    }
    if (!given.isObject()) {
      transform.add(made, "AWS::SQS::Queue", Json.object(), function.source());
    }
    var statement =
        Trees.object(
            "Action",
            "sqs:SendMessage",
            "Effect",
            "Allow",
            "Principal",
            "*",
            "Resource",
            arn,
            "Condition",
            Trees.object("ArnEquals", Trees.object("aws:SourceArn", need("Topic"))));
    var policy =
        Trees.object(
            "PolicyDocument",
            Trees.object("Version", "2012-10-17", "Statement", Trees.list(statement)),
            "Queues",
            Trees.list(url));
    transform.add(
        given.path("QueuePolicyLogicalId").asText(id + "QueuePolicy"),
        "AWS::SQS::QueuePolicy",
        policy,
        function.source());
    subscribe("sqs", arn);
    var mapping =
        Trees.object(
            "EventSourceArn",
            arn,
            "FunctionName",
            function.nameForEvents(),
            "BatchSize",
            given.path("BatchSize").asInt(10),
            "Enabled",
            given.path("Enabled").asBoolean(true));
    transform.add(
        id + "EventSourceMapping", "AWS::Lambda::EventSourceMapping", mapping, function.source());
    function.role().managed("service-role/AWSLambdaSQSQueueExecutionRole");
  }

  private void bucket() {
    allow(new String[] {"Events", "Filter"}, "Bucket");
    var name = need("Bucket").path("Ref").asText();
    var bucket = transform.resource(name);
    if (bucket == null || !bucket.path("Type").asText().equals("AWS::S3::Bucket")) {
      throw SamErrors.event(
          function.name(), event, "S3 events must reference an S3 bucket in the same template.");
    }
    permission("s3.amazonaws.com", "SourceAccount", Trees.ref("AWS::AccountId"));
    var condition = function.source().path("Condition");
    var configurations = notification(bucket);
    var events = need("Events");
    for (var each : events.isArray() ? events : List.of(events)) {
      var configuration = Trees.object("Event", each, "Function", function.arnForEvents());
      Trees.copy(properties, configuration, "Filter");
      configurations.add(
          condition.isMissingNode()
              ? configuration
              : Trees.object(
                  "Fn::If", Trees.list(condition, configuration, Trees.ref("AWS::NoValue"))));
    }
    if (condition.isMissingNode()) {
      dependOnPermission(bucket);
    } else {
      var awaited =
          Trees.list(condition, Trees.ref(id + "Permission"), Trees.text("no dependency"));
      bucket
          .withObjectProperty("Properties")
          .withArrayProperty("Tags")
          .add(
              Trees.object(
                  "Key",
                  "sam:ConditionalDependsOn:" + id + "Permission",
                  "Value",
                  Trees.object("Fn::If", awaited)));
    }
  }

  private void dependOnPermission(ObjectNode bucket) {
    var dependsOn = Json.array();
    var before = bucket.path("DependsOn");
    for (var each : before.isArray() ? before : List.of(before)) {
      if (each.isTextual()) {
        dependsOn.add(each);
      }
    }
    bucket.set("DependsOn", dependsOn.add(id + "Permission"));
  }

  private static ArrayNode notification(ObjectNode bucket) {
    var inner = bucket.withObjectProperty("Properties");
    return inner
        .withObjectProperty("NotificationConfiguration")
        .withArrayProperty("LambdaConfigurations");
  }

  private void rule(String sourceName, String property) {
    allow(
        new String[] {
          "Name",
          "RuleName",
          "Description",
          "State",
          "Enabled",
          "EventBusName",
          "DeadLetterConfig",
          "Input",
          "InputPath",
          "InputTransformer",
          "RetryPolicy",
          "Target"
        },
        sourceName);
    var target =
        Trees.object(
            "Arn",
            function.arnForEvents(),
            "Id",
            properties.path("Target").path("Id").asText(id + "LambdaTarget"));
    Trees.copy(properties, target, "Input", "InputPath", "InputTransformer", "RetryPolicy");
    if (properties.has("DeadLetterConfig")) {
      target.set("DeadLetterConfig", Trees.object("Arn", letters()));
    }
    var rule = Trees.object(property, need(sourceName), "Targets", Trees.list(target));
    Trees.copy(properties, rule, "Name", "Description", "State", "EventBusName");
    if (properties.has("RuleName")) {
      rule.set("Name", properties.get("RuleName"));
    }
    if (properties.has("Enabled")) {
      rule.put("State", properties.get("Enabled").asBoolean() ? "ENABLED" : "DISABLED");
    }
    transform.add(id, "AWS::Events::Rule", rule, function.source());
    permission("events.amazonaws.com", "SourceArn", Trees.attribute(id, "Arn"));
  }

  /// The rule's dead-letter queue; into one that is made the rule may put messages.
  private JsonNode letters() {
    var config = properties.get("DeadLetterConfig");
    var queue = SamDeadLetters.queue(function, transform, event, config);
    if (SamDeadLetters.isMade(config)) {
      var name = SamDeadLetters.queueId(function, event, config);
      var statement =
          Trees.object(
              "Effect",
              "Allow",
              "Principal",
              Trees.object("Service", "events.amazonaws.com"),
              "Action",
              "sqs:SendMessage",
              "Resource",
              queue,
              "Condition",
              Trees.object("ArnEquals", Trees.object("aws:SourceArn", Trees.attribute(id, "Arn"))));
      var document = Trees.object("Version", "2012-10-17", "Statement", Trees.list(statement));
      transform.add(
          name + "Policy",
          "AWS::SQS::QueuePolicy",
          Trees.object("Queues", Trees.list(Trees.ref(name)), "PolicyDocument", document),
          function.source());
    }
    return queue;
  }

  private void schedule() {
    allow(SamSchedule.KNOWN.toArray(String[]::new), "ScheduleExpression");
    need("ScheduleExpression");
    new SamSchedule(function, transform, event, properties).convert();
  }

  private void logs() {
    allow(new String[] {"FilterPattern"}, "LogGroupName");
    var group = need("LogGroupName");
    var filter =
        Trees.object(
            "LogGroupName",
            group,
            "FilterPattern",
            need("FilterPattern"),
            "DestinationArn",
            function.arnForEvents());
    transform
        .add(id, "AWS::Logs::SubscriptionFilter", filter, function.source())
        .set("DependsOn", Trees.list(Trees.text(id + "Permission")));
    var arn =
        Json.object()
            .set(
                "Fn::Sub",
                Trees.list(
                    Trees.text(
                        "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${__LogGroupName__}:*"),
                    Trees.object("__LogGroupName__", group)));
    permission("logs.amazonaws.com", "SourceArn", arn);
  }

  private void skill() {
    allow(new String[0], "SkillId");
    var skill = Json.object();
    if (properties.has("SkillId")) {
      skill.set("EventSourceToken", properties.get("SkillId"));
    }
    permission("alexa-appkit.amazon.com", skill);
  }

  private void permission(String principal, String sourceProperty, JsonNode source) {
    permission(principal, Trees.object(sourceProperty, source));
  }

  private void permission(String principal, ObjectNode source) {
    var permission =
        Trees.object(
            "Action",
            "lambda:InvokeFunction",
            "FunctionName",
            function.nameForEvents(),
            "Principal",
            principal);
    permission.setAll(source);
    transform.add(id + "Permission", "AWS::Lambda::Permission", permission, function.source());
  }

  private void allow(String[] known, String source) {
    properties
        .fieldNames()
        .forEachRemaining(property -> {
          if (!property.equals(source) && !List.of(known).contains(property)) {
            throw SamErrors.event(
                function.name(),
                event,
                "property " + property + " not defined for resource of type " + type);
          }
        });
  }

  private JsonNode need(String property) {
    var value = properties.get(property);
    if (value == null) {
      throw SamErrors.event(
          function.name(), event, "Missing required property '" + property + "'.");
    }
    return value;
  }
}
