package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.Target;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/// A cloud that stands at the beginning of 2026, a Thursday, with a queue `q`.
abstract class SchedulerFixture {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  static final String ROLE = "arn:aws:iam::000000000000:role/scheduler";
  static final String QUEUE = "arn:aws:sqs:us-east-1:000000000000:q";

  final MemoryStore store = new MemoryStore();
  final Clock clock = Clock.stoppedAt(NOW);
  Cloud cloud = Cloud.builder().clock(clock).store(store).build();
  SchedulerClient scheduler = cloud.client(SchedulerClient.class);
  SqsClient sqs = cloud.client(SqsClient.class);

  @BeforeEach
  void queue() {
    sqs.createQueue(q -> q.queueName("q"));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  static CreateScheduleRequest.Builder schedule(String name, String expression) {
    return CreateScheduleRequest.builder()
        .name(name)
        .scheduleExpression(expression)
        .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
        .target(target(QUEUE).input("<aws.scheduler.scheduled-time>").build());
  }

  static Target.Builder target(String arn) {
    return Target.builder().arn(arn).roleArn(ROLE);
  }

  void create(CreateScheduleRequest.Builder request) {
    scheduler.createSchedule(request.build());
  }

  void advance(Duration by) {
    cloud.timers().advance(by);
  }

  /// The bodies of all messages of a queue, which are deleted.
  List<String> received(String queue) {
    return messages(queue).stream().map(Message::body).toList();
  }

  List<Message> messages(String queue) {
    var url = cloud.endpoint() + "/000000000000/" + queue;
    var all = new ArrayList<Message>();
    while (true) {
      var some =
          sqs.receiveMessage(
                  r -> r.queueUrl(url).maxNumberOfMessages(10).messageAttributeNames("All"))
              .messages();
      if (some.isEmpty()) {
        return all;
      }
      for (var message : some) {
        sqs.deleteMessage(d -> d.queueUrl(url).receiptHandle(message.receiptHandle()));
      }
      all.addAll(some);
    }
  }
}
