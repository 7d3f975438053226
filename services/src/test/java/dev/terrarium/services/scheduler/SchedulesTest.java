package dev.terrarium.services.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Errors;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.scheduler.model.ActionAfterCompletion;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.ScheduleGroupState;
import software.amazon.awssdk.services.scheduler.model.ScheduleGroupSummary;
import software.amazon.awssdk.services.scheduler.model.ScheduleState;
import software.amazon.awssdk.services.scheduler.model.ScheduleSummary;
import software.amazon.awssdk.services.scheduler.model.Tag;

final class SchedulesTest extends SchedulerFixture {
  private static AbstractStringAssert<?> assertRefused(ThrowingCallable call) {
    var text = new String[1];
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AwsServiceException.class,
            e -> text[0] = e.statusCode() + " " + Errors.code(e) + ": " + Errors.message(e));
    return assertThat(text[0]);
  }

  private AbstractStringAssert<?> assertRefused(Consumer<CreateScheduleRequest.Builder> change) {
    var request = schedule("s", "rate(5 minutes)");
    change.accept(request);
    return assertRefused(() -> create(request));
  }

  @Test
  void whatIsNotSaidIsFilledIn() {
    create(schedule("s", "cron(0 12 * * ? *)"));
    var s = scheduler.getSchedule(g -> g.name("s"));
    assertThat(s.arn()).isEqualTo("arn:aws:scheduler:us-east-1:000000000000:schedule/default/s");
    assertThat(s.groupName()).isEqualTo("default");
    assertThat(s.state()).isEqualTo(ScheduleState.ENABLED);
    assertThat(s.scheduleExpressionTimezone()).isEqualTo("UTC");
    assertThat(s.actionAfterCompletion()).isEqualTo(ActionAfterCompletion.NONE);
    assertThat(s.creationDate()).isEqualTo(NOW);
    assertThat(s.target().retryPolicy().maximumEventAgeInSeconds()).isEqualTo(86400);
    assertThat(s.target().retryPolicy().maximumRetryAttempts()).isEqualTo(185);
    assertThat(s.description()).isNull();
  }

  @Test
  void anUpdateReplacesEverythingButTheCreation() {
    create(schedule("s", "rate(5 minutes)").description("d"));
    advance(Duration.ofSeconds(90));
    scheduler.updateSchedule(u ->
        u.name("s")
            .scheduleExpression("rate(1 hour)")
            .flexibleTimeWindow(
                w -> w.mode(FlexibleTimeWindowMode.FLEXIBLE).maximumWindowInMinutes(7))
            .target(target(QUEUE).build()));
    var s = scheduler.getSchedule(g -> g.name("s"));
    assertThat(s.description()).isNull();
    assertThat(s.creationDate()).isEqualTo(NOW);
    assertThat(s.lastModificationDate()).isEqualTo(NOW.plusSeconds(90));
    assertThat(s.flexibleTimeWindow().maximumWindowInMinutes()).isEqualTo(7);
  }

  @Test
  void namesAreUniqueInTheirGroupAndTokensRepeat() {
    scheduler.createScheduleGroup(g -> g.name("g"));
    create(schedule("s", "rate(5 minutes)").clientToken("t"));
    create(schedule("s", "rate(5 minutes)").clientToken("t"));
    create(schedule("s", "rate(5 minutes)").groupName("g"));
    assertRefused(s -> s.clientToken("u"))
        .isEqualTo("409 ConflictException: Schedule s already exists.");
    assertRefused(s -> s.clientToken("t").description("other"))
        .isEqualTo("409 ConflictException: Schedule s already exists.");
    assertRefused(s -> s.groupName("x"))
        .isEqualTo("404 ResourceNotFoundException: Schedule group x does not exist.");
    scheduler.deleteSchedule(d -> d.name("s"));
    assertRefused(() -> scheduler.getSchedule(g -> g.name("s")))
        .isEqualTo("404 ResourceNotFoundException: Schedule s does not exist.");
    assertThat(scheduler.getSchedule(g -> g.name("s").groupName("g")).name()).isEqualTo("s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rate(10)", "cron(0 0 * * * *)", "at(2026-01-01)", "rate(1 second)", "x"})
  void anExpressionThatIsNoneIsRefused(String expression) {
    assertRefused(s -> s.scheduleExpression(expression))
        .isEqualTo("400 ValidationException: Invalid Schedule Expression " + expression + ".");
  }

  @Test
  void membersAreCheckedAsTheModelSays() {
    assertRefused(s -> s.name("a b"))
        .isEqualTo(
            "400 ValidationException: 1 validation error detected: Value 'a b' at 'name' failed to"
                + " satisfy constraint: Member must satisfy regular expression pattern:"
                + " ^[0-9a-zA-Z-_.]+$");
    assertRefused(s -> s.target(target("a").roleArn("r").build()))
        .contains("Value 'r' at 'target.roleArn' failed to satisfy constraint");
    assertRefused(
            s -> s.target(target(QUEUE).retryPolicy(r -> r.maximumRetryAttempts(186)).build()))
        .endsWith("Member must have value less than or equal to 185");
    assertRefused(s -> s.scheduleExpressionTimezone("Mars/Olympus"))
        .contains("ScheduleExpressionTimezone Mars/Olympus");
    assertRefused(s -> s.startDate(NOW.minusSeconds(301)))
        .endsWith("The StartDate you specify cannot be earlier than 5 minutes ago.");
    assertRefused(s -> s.flexibleTimeWindow(w -> w.mode("FLEXIBLE")))
        .contains("MaximumWindowInMinutes");
    assertRefused(s -> s.target(target("queue").build()))
        .isEqualTo("400 ValidationException: Provided Arn is not in correct format.");
  }

  @Test
  void universalTargetsAreChecked() {
    var prefix = "arn:aws:scheduler:::aws-sdk:";
    assertRefused(s -> s.target(target(prefix + "sqs:sendMessage").input("{}").build()))
        .isEqualTo(
            "400 ValidationException: Invalid RequestJson provided. Reason Request payload is"
                + " missing the following field(s): QueueUrl, MessageBody.");
    assertRefused(s -> s.target(target(prefix + "sqs:getQueueUrl").input("{}").build()))
        .contains("is not a supported API");
    assertRefused(s -> s.target(target(prefix + "sqs:dance").input("{}").build()))
        .contains("is not a supported API");
    assertRefused(s -> s.target(target(prefix + "sqs:sendMessage").input("x").build()))
        .contains("Invalid RequestJson provided");
  }

  @Test
  void aListIsSortedFilteredAndPaged() {
    scheduler.createScheduleGroup(g -> g.name("g"));
    for (var name : List.of("b1", "a1", "a2")) {
      create(schedule(name, "rate(5 minutes)"));
      create(schedule(name, "rate(5 minutes)").groupName("g").state(ScheduleState.DISABLED));
    }
    var pages = scheduler.listSchedulesPaginator(l -> l.maxResults(2)).stream().toList();
    assertThat(pages).hasSize(3);
    assertThat(pages.stream().flatMap(p -> p.schedules().stream()).map(ScheduleSummary::arn))
        .extracting(arn -> arn.replaceFirst(".*:schedule/", ""))
        .containsExactly("default/a1", "default/a2", "default/b1", "g/a1", "g/a2", "g/b1");
    assertThat(scheduler.listSchedules(l -> l.namePrefix("a").state("DISABLED")).schedules())
        .extracting(ScheduleSummary::name)
        .containsExactly("a1", "a2");
    assertThat(scheduler.listSchedules(l -> l.groupName("g")).schedules()).hasSize(3);
    assertRefused(() -> scheduler.listSchedules(l -> l.groupName("x")))
        .isEqualTo("404 ResourceNotFoundException: Schedule group x does not exist.");
    assertRefused(() -> scheduler.listSchedules(l -> l.nextToken("x")))
        .isEqualTo("400 ValidationException: Invalid NextToken.");
  }

  @Test
  void aGroupTakesItsSchedulesWithIt() {
    scheduler.createScheduleGroup(g -> g.name("g"));
    IntStream.range(0, 1500).forEach(i -> create(schedule("s" + i, "rate(1 day)").groupName("g")));
    scheduler.deleteScheduleGroup(d -> d.name("g"));
    advance(Duration.ZERO);
    assertThat(scheduler.listSchedules(l -> {}).schedules()).isEmpty();
    assertRefused(() -> scheduler.getScheduleGroup(g -> g.name("g")))
        .isEqualTo("404 ResourceNotFoundException: Schedule group g does not exist.");
    assertRefused(() -> scheduler.deleteScheduleGroup(d -> d.name("default")))
        .startsWith("400 ValidationException");
  }

  @Test
  void groupsAreListedWithTheDefaultOneAndTagged() {
    var arn =
        scheduler
            .createScheduleGroup(g -> g.name("g").tags(Tag.builder().key("k").value("v").build()))
            .scheduleGroupArn();
    assertThat(arn).isEqualTo("arn:aws:scheduler:us-east-1:000000000000:schedule-group/g");
    assertRefused(() -> scheduler.createScheduleGroup(g -> g.name("g")))
        .isEqualTo("409 ConflictException: Schedule group g already exists.");
    assertThat(scheduler.listScheduleGroups(l -> {}).scheduleGroups())
        .extracting(ScheduleGroupSummary::name)
        .containsExactly("default", "g");
    assertThat(scheduler.getScheduleGroup(g -> g.name("default")).state())
        .isEqualTo(ScheduleGroupState.ACTIVE);
    scheduler.tagResource(t -> t.resourceArn(arn).tags(Tag.builder().key("a").value("b").build()));
    scheduler.untagResource(u -> u.resourceArn(arn).tagKeys("k"));
    assertThat(scheduler.listTagsForResource(l -> l.resourceArn(arn)).tags())
        .containsExactly(Tag.builder().key("a").value("b").build());
    assertRefused(() -> scheduler.listTagsForResource(l -> l.resourceArn(arn + "x")))
        .isEqualTo("404 ResourceNotFoundException: Schedule group gx does not exist.");
  }
}
