package dev.terrarium.services.eventbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.InvalidEventPatternException;
import software.amazon.awssdk.services.eventbridge.model.LimitExceededException;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

@Timeout(60)
final class EventRulesTest {
  private static final String ORDERS =
      "{\"source\":[\"shop\"],\"detail\":{\"total\":[{\"numeric\":[\">\",10]}]}}";
  private static final String SQS = "arn:aws:sqs:us-east-1:000000000000:";

  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00.123Z"))).build();
  private final EventBridgeClient events = cloud.client(EventBridgeClient.class);
  private final SqsClient sqs = cloud.client(SqsClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  private String queue(String name) {
    return sqs.createQueue(q -> q.queueName(name)).queueUrl();
  }

  private void target(String rule, Target.Builder target) {
    events.putTargets(p -> p.rule(rule).targets(target.build()));
  }

  private void put(String source, String detail) {
    var entry =
        PutEventsRequestEntry.builder().source(source).detailType("Order").detail(detail).build();
    assertThat(events.putEvents(p -> p.entries(entry)).failedEntryCount()).isZero();
  }

  private List<Message> take(String url) {
    var found = new ArrayList<Message>();
    cloud.timers().advance(Duration.ofMillis(1));
    while (true) {
      var some =
          sqs.receiveMessage(
                  r -> r.queueUrl(url).maxNumberOfMessages(10).messageAttributeNames("All"))
              .messages();
      if (some.isEmpty()) {
        return found;
      }
      found.addAll(some);
      some.forEach(message ->
          sqs.deleteMessage(d -> d.queueUrl(url).receiptHandle(message.receiptHandle())));
    }
  }

  private static String attribute(Message message, String name) {
    return Objects.requireNonNull(message.messageAttributes().get(name)).stringValue();
  }

  private JsonNode one(String url) {
    var taken = take(url);
    assertThat(taken).hasSize(1);
    return Json.parse(taken.getFirst().body());
  }

  @Test
  void anEventGoesToTheTargetsOfTheRulesThatMatchIt() {
    var url = queue("orders");
    events.putRule(r -> r.name("big").eventPattern(ORDERS));
    target("big", Target.builder().id("q").arn(SQS + "orders"));
    put("shop", "{\"total\": 12.50, \"who\": \"Ada\"}");
    put("shop", "{\"total\": 7}");
    put("other", "{\"total\": 12}");

    var event = one(url);
    assertThat(event.path("version").asText()).isEqualTo("0");
    assertThat(event.path("detail-type").asText()).isEqualTo("Order");
    assertThat(event.path("account").asText()).isEqualTo("000000000000");
    assertThat(event.path("time").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(event.path("detail").toString()).isEqualTo("{\"total\":12.5,\"who\":\"Ada\"}");
    assertThat(event.path("resources")).isEmpty();
  }

  @Test
  void topicsAndLogGroupsAreTargetsToo() {
    var url = queue("told");
    var sns = cloud.client(SnsClient.class);
    var topic = sns.createTopic(t -> t.name("news")).topicArn();
    sns.subscribe(s ->
        s.topicArn(topic)
            .protocol("sqs")
            .endpoint(SQS + "told")
            .attributes(Map.of("RawMessageDelivery", "true")));
    var logs = cloud.client(CloudWatchLogsClient.class);
    logs.createLogGroup(g -> g.logGroupName("/aws/events/all"));
    events.putRule(r -> r.name("all").eventPattern("{\"source\":[\"shop\"]}"));
    target("all", Target.builder().id("t").arn(topic).inputPath("$.detail.total"));
    target(
        "all",
        Target.builder()
            .id("l")
            .arn("arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/all:*"));
    put("shop", "{\"total\": 12}");

    assertThat(one(url)).isEqualTo(Json.tree(12));
    var lines = logs.filterLogEvents(f -> f.logGroupName("/aws/events/all")).events();
    assertThat(lines).hasSize(1);
    assertThat(Json.parse(lines.getFirst().message()).path("source").asText()).isEqualTo("shop");
  }

  @Test
  void theInputTransformerQuotesOutsideOfQuotesAndWritesTextInside() {
    var url = queue("made");
    events.putRule(r -> r.name("all").eventPattern("{\"source\":[\"shop\"]}"));
    target(
        "all",
        Target.builder()
            .id("q")
            .arn(SQS + "made")
            .inputTransformer(i ->
                i.inputPathsMap(
                        Map.of("who", "$.detail.who", "all", "$.detail", "no", "$.detail.absent"))
                    .inputTemplate(
                        "{\"a\": <who>, \"b\": \"Dear <who>\", \"c\": <all>, \"d\": \"<all>\","
                            + " \"e\": <no>, \"r\": <aws.events.rule-name>,"
                            + " \"t\": \"<aws.events.event.ingestion-time>\"}")));
    put("shop", "{\"who\":\"Ada\"}");

    assertThat(one(url).toString())
        .isEqualTo(
            "{\"a\":\"Ada\",\"b\":\"Dear Ada\",\"c\":{\"who\":\"Ada\"},\"d\":\"{who:Ada}\",\"e\":\"\","
                + "\"r\":\"all\",\"t\":\"2026-01-01T00:00:00.123Z\"}");
  }

  @Test
  void whatIsWrongWithAnEntryIsToldForItAlone() {
    var good = PutEventsRequestEntry.builder().source("a").detailType("b").detail("{}").build();
    var answers =
        events
            .putEvents(p ->
                p.entries(
                    good,
                    good.toBuilder().source(null).build(),
                    good.toBuilder().detail("[]").build(),
                    good.toBuilder().source("aws.s3").build(),
                    good.toBuilder().eventBusName("nowhere").build()))
            .entries();
    assertThat(answers)
        .extracting(answer -> answer.errorCode())
        .containsExactly(
            null, "InvalidArgument", "MalformedDetail", "NotAuthorizedForSourceException", null);
    assertThat(answers.get(1).errorMessage())
        .isEqualTo("Parameter Source is not valid. Reason: Source is a required argument.");
    assertThatThrownBy(() ->
            events.putEvents(p ->
                p.entries(
                    good.toBuilder().detail("{\"a\":\"" + "x".repeat(262_140) + "\"}").build())))
        .hasMessageContaining("Total size of the entries in the request is over the limit.");
  }

  @Test
  void anEventThatIsNotTakenIsRetriedAndThenBuried() {
    var letters = queue("letters");
    events.putRule(r -> r.name("lost").eventPattern("{\"source\":[\"shop\"]}"));
    target(
        "lost",
        Target.builder().id("q").arn(SQS + "absent").deadLetterConfig(d -> d.arn(SQS + "letters")));
    put("shop", "{}");

    var buried = take(letters);
    assertThat(buried).hasSize(1);
    assertThat(attribute(buried.getFirst(), "ERROR_CODE")).isEqualTo("NO_RESOURCE");
    assertThat(attribute(buried.getFirst(), "TARGET_ARN")).isEqualTo(SQS + "absent");
    assertThat(attribute(buried.getFirst(), "RETRY_ATTEMPTS")).isEqualTo("0");
    assertThat(buried.getFirst().messageAttributes())
        .doesNotContainKey("EXHAUSTED_RETRY_CONDITION");

    cloud
        .faults()
        .plan(
            1,
            List.of(
                new dev.terrarium.kernel.Faults.Rule(
                    "deliver:events:sqs",
                    dev.terrarium.kernel.Faults.Kind.FAIL,
                    1,
                    100,
                    Duration.ZERO)));
    target(
        "lost",
        Target.builder()
            .id("q")
            .arn(SQS + "letters")
            .retryPolicy(r -> r.maximumRetryAttempts(2))
            .deadLetterConfig(d -> d.arn(SQS + "letters")));
    put("shop", "{}");
    cloud.timers().advance(Duration.ofSeconds(20));
    var second = take(letters);
    assertThat(second).hasSize(1);
    assertThat(attribute(second.getFirst(), "EXHAUSTED_RETRY_CONDITION"))
        .isEqualTo("MaximumRetryAttempts");
    assertThat(attribute(second.getFirst(), "RETRY_ATTEMPTS")).isEqualTo("2");
  }

  @Test
  void aScheduleTriggersItsRuleByTheClock() {
    var url = queue("ticks");
    events.putRule(r -> r.name("tick").scheduleExpression("rate(5 minutes)"));
    target("tick", Target.builder().id("q").arn(SQS + "ticks"));
    cloud.timers().advance(Duration.ofMinutes(16));
    var ticks = take(url).stream().map(message -> Json.parse(message.body())).toList();
    assertThat(ticks)
        .extracting(tick -> tick.path("time").asText())
        .containsExactly("2026-01-01T00:05:00Z", "2026-01-01T00:10:00Z", "2026-01-01T00:15:00Z");
    assertThat(ticks.getFirst().path("detail-type").asText()).isEqualTo("Scheduled Event");
    assertThat(ticks.getFirst().path("resources").toString())
        .isEqualTo("[\"arn:aws:events:us-east-1:000000000000:rule/tick\"]");
    events.disableRule(d -> d.name("tick"));
    cloud.timers().advance(Duration.ofMinutes(16));
    assertThat(take(url)).isEmpty();
  }

  @Test
  void anEventGoesToAnotherBusButNotToAThird() {
    var url = queue("end");
    var letters = queue("letters");
    for (var name : List.of("second", "third")) {
      events.createEventBus(b -> b.name(name));
    }
    events.putRule(r -> r.name("on").eventPattern("{\"source\":[\"shop\"]}"));
    target(
        "on",
        Target.builder().id("b").arn("arn:aws:events:us-east-1:000000000000:event-bus/second"));
    events.putRule(
        r -> r.name("on").eventBusName("second").eventPattern("{\"source\":[\"shop\"]}"));
    events.putTargets(p ->
        p.rule("on")
            .eventBusName("second")
            .targets(
                Target.builder().id("q").arn(SQS + "end").build(),
                Target.builder()
                    .id("b")
                    .arn("arn:aws:events:us-east-1:000000000000:event-bus/third")
                    .deadLetterConfig(d -> d.arn(SQS + "letters"))
                    .build()));
    put("shop", "{}");
    assertThat(one(url).path("source").asText()).isEqualTo("shop");
    assertThat(attribute(take(letters).getFirst(), "ERROR_CODE"))
        .isEqualTo("THIRD_ACCOUNT_HOP_DETECTED");
  }

  @Test
  void whereCallersMustProveWhoTheyAreABusOfAnotherAccountMustConsent() {
    cloud.enforcing(true);
    var url = queue("letters");
    var other = new Scope("111111111111", "us-east-1");
    var theirs = cloud.client(EventBridgeClient.class, other);
    var inbox =
        cloud.client(SqsClient.class, other).createQueue(q -> q.queueName("inbox")).queueUrl();
    theirs.putRule(r -> r.name("in").eventPattern("{\"source\":[\"shop\"]}"));
    theirs.putTargets(p ->
        p.rule("in")
            .targets(
                Target.builder().id("q").arn("arn:aws:sqs:us-east-1:111111111111:inbox").build()));
    events.putRule(r -> r.name("out").eventPattern("{\"source\":[\"shop\"]}"));
    target(
        "out",
        Target.builder()
            .id("b")
            .arn("arn:aws:events:us-east-1:111111111111:event-bus/default")
            .deadLetterConfig(d -> d.arn(SQS + "letters")));
    put("shop", "{}");
    assertThat(attribute(take(url).getFirst(), "ERROR_CODE")).isEqualTo("NO_PERMISSIONS");
    theirs.putPermission(
        p -> p.action("events:PutEvents").principal("000000000000").statementId("friends"));
    put("shop", "{}");
    assertThat(take(url)).isEmpty();
    var got = cloud.client(SqsClient.class, other).receiveMessage(r -> r.queueUrl(inbox));
    assertThat(Json.parse(got.messages().getFirst().body()).path("account").asText())
        .isEqualTo("000000000000");
  }

  @Test
  void rulesAreRefusedAsAwsRefusesThem() {
    assertThatThrownBy(() -> events.putRule(r -> r.name("r")))
        .hasMessageContaining("Parameter(s) EventPattern or ScheduleExpression must be specified.");
    assertThatThrownBy(() -> events.putRule(r -> r.name("r").scheduleExpression("rate(1 minutes)")))
        .hasMessageContaining("Parameter ScheduleExpression is not valid.");
    assertThatThrownBy(() -> events.putRule(r -> r.name("r").eventPattern("{\"a\":\"b\"}")))
        .isInstanceOf(InvalidEventPatternException.class)
        .hasMessageContaining(
            "Event pattern is not valid. Reason: \"a\" must be an object or an array\n"
                + " at [Source: (String)\"{\"a\":\"b\"}\"; line: 1, column: ");
    assertThatThrownBy(() -> events.describeRule(d -> d.name("r")))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("Rule r does not exist on EventBus default.");
    events.putRule(r -> r.name("r").eventPattern("{\"source\":[\"a\"]}"));
    var targets =
        IntStream.range(0, 6)
            .mapToObj(i -> Target.builder().id("t" + i).arn(SQS + "q").build())
            .toList();
    assertThatThrownBy(() -> events.putTargets(p -> p.rule("r").targets(targets)))
        .isInstanceOf(LimitExceededException.class);
    var template = Target.builder().id("t").arn(SQS + "q");
    assertThatThrownBy(() -> target("r", template.inputTransformer(i -> i.inputTemplate("hello"))))
        .hasMessageContaining(
            "Invalid InputTemplate for target t : [Source: (String)\"hello\"; line: 1, column:");
    assertThatThrownBy(
            () -> target("r", template.inputTransformer(i -> i.inputTemplate("\"<x>\""))))
        .hasMessageContaining("InputTemplate for target t contains invalid placeholder x.");
    target("r", Target.builder().id("t").arn(SQS + "q"));
    assertThatThrownBy(() -> events.deleteRule(d -> d.name("r")))
        .hasMessageContaining("Rule can't be deleted since it has targets.");
    events.removeTargets(r -> r.rule("r").ids("t"));
    events.deleteRule(d -> d.name("r"));
    assertThat(events.listRules(l -> {}).rules()).isEmpty();
  }
}
