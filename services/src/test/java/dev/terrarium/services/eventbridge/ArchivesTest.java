package dev.terrarium.services.eventbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.IllegalStatusException;
import software.amazon.awssdk.services.eventbridge.model.ManagedRuleException;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.ReplayState;
import software.amazon.awssdk.services.sqs.SqsClient;

@Timeout(60)
final class ArchivesTest {
  private static final String BUS = "arn:aws:events:us-east-1:000000000000:event-bus/default";

  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final EventBridgeClient events = cloud.client(EventBridgeClient.class);
  private final SqsClient sqs = cloud.client(SqsClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  private void put(String source, int number) {
    var entry =
        PutEventsRequestEntry.builder()
            .source(source)
            .detailType("Order")
            .detail("{\"n\":" + number + "}")
            .build();
    events.putEvents(p -> p.entries(entry));
  }

  private void archive(int days) {
    events.createArchive(a ->
        a.archiveName("orders")
            .eventSourceArn(BUS)
            .eventPattern("{\"source\":[\"shop\"]}")
            .retentionDays(days));
  }

  private List<JsonNode> take(String url) {
    var found = new ArrayList<JsonNode>();
    cloud.timers().advance(Duration.ofMillis(1));
    while (true) {
      var some = sqs.receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(10)).messages();
      if (some.isEmpty()) {
        return found;
      }
      some.forEach(message -> {
        found.add(Json.parse(message.body()));
        sqs.deleteMessage(d -> d.queueUrl(url).receiptHandle(message.receiptHandle()));
      });
    }
  }

  private void replay(String name) {
    events.startReplay(s ->
        s.replayName(name)
            .eventSourceArn("arn:aws:events:us-east-1:000000000000:archive/orders")
            .eventStartTime(Instant.parse("2026-01-01T00:00:00Z"))
            .eventEndTime(Instant.parse("2026-01-02T00:00:00Z"))
            .destination(d -> d.arn(BUS)));
  }

  @Test
  void aReplayDeliversInTheOrderOfTheEventsWhatTheArchiveHasKept() {
    archive(0);
    for (int i = 0; i < 3; i++) {
      put("shop", i);
      put("other", i);
      cloud.timers().advance(Duration.ofSeconds(1));
    }
    assertThat(events.describeArchive(d -> d.archiveName("orders")).eventCount()).isEqualTo(3);
    var url = sqs.createQueue(q -> q.queueName("again")).queueUrl();
    events.putRule(r -> r.name("again").eventPattern("{\"replay-name\":[{\"exists\":true}]}"));
    events.putTargets(p ->
        p.rule("again")
            .targets(
                software.amazon.awssdk.services.eventbridge.model.Target.builder()
                    .id("q")
                    .arn("arn:aws:sqs:us-east-1:000000000000:again")
                    .build()));
    replay("once");
    assertThat(events.describeReplay(d -> d.replayName("once")).state())
        .isEqualTo(ReplayState.STARTING);
    cloud.timers().advance(Duration.ofSeconds(5));
    var replayed = take(url);
    assertThat(replayed)
        .extracting(event -> event.path("detail").path("n").asInt())
        .containsExactly(0, 1, 2);
    assertThat(replayed.getFirst().path("replay-name").asText()).isEqualTo("once");
    assertThat(events.describeReplay(d -> d.replayName("once")).state())
        .isEqualTo(ReplayState.COMPLETED);
    assertThat(events.describeArchive(d -> d.archiveName("orders")).eventCount()).isEqualTo(3);
    assertThatThrownBy(() -> events.cancelReplay(c -> c.replayName("once")))
        .isInstanceOf(IllegalStatusException.class);
    replay("twice");
    assertThat(events.cancelReplay(c -> c.replayName("twice")).state())
        .isEqualTo(ReplayState.CANCELLING);
    cloud.timers().advance(Duration.ofSeconds(2));
    assertThat(events.describeReplay(d -> d.replayName("twice")).state())
        .isEqualTo(ReplayState.CANCELLED);
  }

  @Test
  void anArchiveForgetsWhatIsOlderThanItsRetention() {
    archive(2);
    put("shop", 1);
    cloud.timers().advance(Duration.ofDays(1));
    put("shop", 2);
    cloud.timers().advance(Duration.ofDays(2));
    assertThat(events.describeArchive(d -> d.archiveName("orders")).eventCount()).isEqualTo(1);
  }

  @Test
  void theRuleThatFeedsAnArchiveIsNotForUsersToChange() {
    archive(0);
    assertThat(events.describeRule(d -> d.name("Events-Archive-orders")).managedBy())
        .isEqualTo("prod.vhs.events.aws.internal");
    assertThatThrownBy(() -> events.deleteRule(d -> d.name("Events-Archive-orders")))
        .isInstanceOf(ManagedRuleException.class);
    events.deleteArchive(d -> d.archiveName("orders"));
    assertThat(events.listRules(l -> {}).rules()).isEmpty();
  }
}
