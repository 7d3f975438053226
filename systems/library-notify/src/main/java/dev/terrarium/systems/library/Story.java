package dev.terrarium.systems.library;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.systems.Report;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// One run: students subscribe, books come, some students go, more books come; books are also
/// changed, taken away and put back.
final class Story implements Scenario {
  private static final int STUDENTS = 100;
  private static final int BOOKS = 30;
  private static final String[] TOPICS = {"Rust", "Gardens", "Sets", "Bridges", "Whales", "Tides"};

  private final Run run;
  private final List<String> students = new ArrayList<>();
  private final List<String> early = new ArrayList<>();
  private final List<String> late = new ArrayList<>();
  private long due;
  private long millis;

  Story(Run run) {
    this.run = run;
  }

  @Override
  public JsonNode generate() {
    var random = new SplittableRandom(run.options().seed());
    var count = Math.max(6, (int) (STUDENTS * run.options().scale()));
    IntStream.range(0, count).forEach(i -> students.add("student-" + i));
    var books = Math.max(6, (int) (BOOKS * run.options().scale()));
    for (int i = 0; i < books; i++) {
      var title = "On " + TOPICS[random.nextInt(TOPICS.length)] + ", volume " + i;
      (i < books / 2 ? early : late).add(title);
    }
    var truth = new ObjectMapper().createObjectNode();
    students.forEach(student -> {
      var titles = truth.putArray(student);
      if (!isSilent(student)) {
        early.forEach(titles::add);
        if (!leaves(student)) {
          late.forEach(titles::add);
        }
      }
      due += titles.size();
    });
    return truth;
  }

  /// One in five never answers the mail that asks for a confirmation.
  private static boolean isSilent(String student) {
    return number(student) % 5 == 1;
  }

  /// One in three has had enough after the first half.
  private static boolean leaves(String student) {
    return number(student) % 3 == 0;
  }

  private static int number(String student) {
    return Integer.parseInt(student.substring("student-".length()));
  }

  @Override
  public void drive() {
    var sns = run.clients.sns;
    var topic = run.output("NewBooks");
    run.each(
        students,
        8,
        student ->
            sns.subscribe(
                s -> s.topicArn(topic).protocol("email").endpoint(run.mailbox(student).address())));
    run.each(
        students.stream().filter(s -> !isSilent(s)).toList(), 8, s -> run.mailbox(s).confirm());
    run.say("%d students have been asked, four in five want to hear".formatted(students.size()));
    if (run.suffers("topic-throttled")) {
      run.terrarium.disturb(run.options().seed(), "call:sns:Publish", "THROTTLE", 0.5);
    }
    var begun = System.currentTimeMillis();
    for (var title : early) {
      add(title);
      change(title);
    }
    awaitMails(early.size());
    for (var subscription :
        sns.listSubscriptionsByTopicPaginator(l -> l.topicArn(topic)).subscriptions()) {
      var student = subscription.endpoint().replaceFirst("@.*", "");
      if (leaves(student) && !isSilent(student)) {
        sns.unsubscribe(u -> u.subscriptionArn(subscription.subscriptionArn()));
      }
    }
    if (run.suffers("restart-cloud")) {
      late.subList(0, late.size() / 2).forEach(this::add);
      run.killAndRestart();
    }
    late.forEach(this::add);
    early.forEach(this::putBack);
    awaitMails(early.size() + late.size());
    millis = System.currentTimeMillis() - begun;
    if (run.suffers("duplicates")) {
      repeat();
    }
    run.terrarium.disturbNoMore();
    run.pass(Duration.ofMinutes(5)); // What is still to be tried again has had its time.
  }

  private static Map<String, AttributeValue> key(String title) {
    return Map.of("isbn", AttributeValue.fromS("isbn-" + title.replaceFirst(".* ", "")));
  }

  private static Map<String, AttributeValue> item(String title) {
    return Map.of(
        "isbn", AttributeValue.fromS("isbn-" + title.replaceFirst(".* ", "")),
        "title", AttributeValue.fromS(title));
  }

  private void add(String title) {
    run.surely(
        () -> run.clients.dynamo.putItem(p -> p.tableName(run.output("Books")).item(item(title))));
  }

  private void change(String title) {
    run.clients.dynamo.updateItem(update ->
        update
            .tableName(run.output("Books"))
            .key(key(title))
            .updateExpression("SET lent = :true")
            .expressionAttributeValues(Map.of(":true", AttributeValue.fromBool(true))));
  }

  /// A book that was taken away and comes back is inserted anew, but it is no new book.
  private void putBack(String title) {
    run.surely(
        () -> run.clients.dynamo.deleteItem(d -> d.tableName(run.output("Books")).key(key(title))));
    add(title);
  }

  /// Waits until a student who stays has so many mails.
  private void awaitMails(int books) {
    var mailbox = run.mailbox("student-2");
    run.settle(
        "mails about %d books are there".formatted(books),
        Duration.ofMinutes(1),
        () -> mailbox.count("New book") >= books,
        () -> mailbox.count("New book") + " of " + books);
  }

  /// Has the function see every book again twice.
  private void repeat() {
    var mapper = new ObjectMapper();
    var all = new ArrayList<>(early);
    all.addAll(late);
    for (var event : List.of("one", "another")) {
      ObjectNode batch = mapper.createObjectNode();
      for (var title : all) {
        var record = batch.withArrayProperty("Records").addObject();
        record.put("eventID", event + title).put("eventName", "INSERT");
        var isbn = record.putObject("dynamodb").put("SequenceNumber", "1").putObject("Keys");
        isbn.putObject("isbn").put("S", "isbn-" + title.replaceFirst(".* ", ""));
        record
            .withObjectProperty("dynamodb")
            .putObject("NewImage")
            .putObject("title")
            .put("S", title);
      }
      var payload = SdkBytes.fromUtf8String(batch.toString());
      var answer =
          run.clients.lambda.invoke(i -> i.functionName(run.output("Tell")).payload(payload));
      if (answer.functionError() != null) {
        throw new IllegalStateException(answer.payload().asUtf8String());
      }
    }
    run.say("every book has been told of twice more");
  }

  @Override
  public void verify(JsonNode truth, Report report) {
    report.rate("mails", due, millis, 0);
    for (var student : truth.properties()) {
      var expected = new ArrayList<String>();
      student.getValue().forEach(title -> expected.add("New book: " + title.asText()));
      var mails =
          run.terrarium.mails(run.mailbox(student.getKey()).address()).stream()
              .map(mail -> mail.subject())
              .filter(subject -> subject.startsWith("New book"))
              .sorted()
              .toList();
      report.equal(
          expected.isEmpty()
              ? "who did not confirm hears nothing"
              : "who wants to is mailed about each new book once",
          student.getKey(),
          expected.stream().sorted().toList(),
          mails);
    }
  }
}
