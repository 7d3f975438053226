package dev.terrarium.services.sns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Clock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

@Timeout(60)
final class TopicTest {
  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final SnsClient sns = cloud.client(SnsClient.class);
  private final SqsClient sqs = cloud.client(SqsClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  private String queue(String name) {
    var attributes =
        name.endsWith(".fifo") ? Map.of("FifoQueue", "true") : Map.<String, String>of();
    return sqs.createQueue(q -> q.queueName(name).attributesWithStrings(attributes)).queueUrl();
  }

  private String subscribe(String topic, String queue, Map<String, String> attributes) {
    return sns.subscribe(s ->
            s.topicArn(topic)
                .protocol("sqs")
                .endpoint("arn:aws:sqs:us-east-1:000000000000:" + queue)
                .attributes(attributes))
        .subscriptionArn();
  }

  private List<Message> take(String url) {
    return sqs.receiveMessage(r ->
            r.queueUrl(url)
                .maxNumberOfMessages(10)
                .messageAttributeNames("All")
                .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
        .messages();
  }

  private List<String> bodies(String url) {
    return take(url).stream().map(Message::body).toList();
  }

  @Test
  void aMessageGoesToEveryQueueRawOrInAnEnvelopeThatIsSigned() throws GeneralSecurityException {
    var topic = sns.createTopic(t -> t.name("t")).topicArn();
    var raw = queue("raw");
    var enveloped = queue("enveloped");
    subscribe(topic, "raw", Map.of("RawMessageDelivery", "true"));
    subscribe(topic, "enveloped", Map.of());
    var id =
        sns.publish(p ->
                p.topicArn(topic)
                    .subject("S")
                    .message("hello")
                    .messageAttributes(
                        Map.of(
                            "n",
                            software.amazon.awssdk.services.sns.model.MessageAttributeValue
                                .builder()
                                .dataType("Number")
                                .stringValue("7")
                                .build())))
            .messageId();
    var plain = take(raw).getFirst();
    assertThat(plain.body()).isEqualTo("hello");
    assertThat(plain.attributesAsStrings().keySet())
        .as("as AWS shows them")
        .containsExactlyInAnyOrder(
            "ApproximateFirstReceiveTimestamp",
            "ApproximateReceiveCount",
            "SenderId",
            "SentTimestamp");
    assertThat(Objects.requireNonNull(plain.messageAttributes().get("n")).stringValue())
        .isEqualTo("7");
    var envelope = Json.parse(take(enveloped).getFirst().body());
    assertThat(envelope.path("Message").asText()).isEqualTo("hello");
    assertThat(envelope.path("MessageId").asText()).isEqualTo(id);
    assertThat(envelope.at("/MessageAttributes/n/Value").asText()).isEqualTo("7");
    assertThat(
            isSigned(envelope, "Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"))
        .isTrue();
    assertThat(isSigned(envelope, "Message", "MessageId", "Timestamp", "TopicArn", "Type"))
        .isFalse();
  }

  private boolean isSigned(JsonNode envelope, String... names) throws GeneralSecurityException {
    var pem = new Signer(cloud).pem().getBytes(StandardCharsets.US_ASCII);
    var certificate =
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    var signature = Signature.getInstance("SHA1withRSA");
    signature.initVerify(certificate);
    for (var name : names) {
      var line = name + "\n" + envelope.path(name).asText() + "\n";
      signature.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return signature.verify(Base64.getDecoder().decode(envelope.path("Signature").asText()));
  }

  @Test
  void aFilterLooksAtAttributesOrAtTheBody() {
    var topic = sns.createTopic(t -> t.name("t")).topicArn();
    var byAttribute = queue("a");
    var byBody = queue("b");
    subscribe(
        topic,
        "a",
        Map.of(
            "RawMessageDelivery", "true", "FilterPolicy", "{\"kind\":[\"x\",{\"prefix\":\"y\"}]}"));
    subscribe(
        topic,
        "b",
        Map.of(
            "RawMessageDelivery",
            "true",
            "FilterPolicyScope",
            "MessageBody",
            "FilterPolicy",
            "{\"size\":{\"n\":[{\"numeric\":[\">\",10]}]}}"));
    for (var kind : List.of("x", "y2", "z")) {
      sns.publish(p ->
          p.topicArn(topic)
              .message(
                  "{\"size\":{\"n\":" + (kind.equals("z") ? 11 : 10) + "},\"k\":\"" + kind + "\"}")
              .messageAttributes(
                  Map.of(
                      "kind",
                      software.amazon.awssdk.services.sns.model.MessageAttributeValue.builder()
                          .dataType("String")
                          .stringValue(kind)
                          .build())));
    }
    assertThat(bodies(byAttribute)).hasSize(2).noneMatch(b -> b.contains("\"z\""));
    assertThat(bodies(byBody)).hasSize(1).allMatch(b -> b.contains("\"z\""));
  }

  @Test
  void anHttpEndpointIsAskedAndThenToldAgainUntilItTakesIt()
      throws IOException, InterruptedException {
    var asked = new LinkedBlockingQueue<JsonNode>();
    var refusals = new AtomicInteger();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          var status = refusals.getAndDecrement() > 0 ? 503 : 200;
          asked.add(
              Json.parse(
                  new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    try {
      var topic = sns.createTopic(t -> t.name("t")).topicArn();
      var endpoint = "http://localhost:" + server.getAddress().getPort() + "/";
      refusals.set(1);
      sns.subscribe(s -> s.topicArn(topic).protocol("http").endpoint(endpoint));
      var question = asked.take();
      assertThat(question.path("Type").asText()).isEqualTo("SubscriptionConfirmation");
      sns.publish(p -> p.topicArn(topic).message("too early"));
      sns.confirmSubscription(c -> c.topicArn(topic).token(question.path("Token").asText()));
      cloud.timers().advance(Duration.ofMinutes(5));
      assertThat(asked).as("a question that is answered is not asked again").isEmpty();
      refusals.set(2);
      sns.publish(p -> p.topicArn(topic).message("hello"));
      var first = asked.take();
      cloud.timers().advance(Duration.ofMinutes(5));
      assertThat(asked).hasSize(2).allMatch(again -> again.equals(first));
      assertThat(first.path("Message").asText()).isEqualTo("hello");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void whatCannotBeDeliveredGoesToTheDeadLetterQueue() {
    var topic = sns.createTopic(t -> t.name("t")).topicArn();
    var dead = queue("dead");
    var gone = queue("gone");
    subscribe(
        topic,
        "gone",
        Map.of(
            "RawMessageDelivery",
            "true",
            "RedrivePolicy",
            "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:dead\"}"));
    sqs.deleteQueue(d -> d.queueUrl(gone));
    sns.publish(p -> p.topicArn(topic).message("lost"));
    cloud.timers().advance(Duration.ofSeconds(1));
    assertThat(bodies(dead)).containsExactly("lost");
  }

  @Test
  void aFifoTopicKeepsOrderAndForgetsRepetitions() {
    var topic =
        sns.createTopic(t -> t.name("t.fifo").attributes(Map.of("FifoTopic", "true"))).topicArn();
    var url = queue("q.fifo");
    subscribe(topic, "q.fifo", Map.of("RawMessageDelivery", "true"));
    for (int i = 0; i < 9; i++) {
      var body = "m" + i / 2;
      sns.publish(
          p -> p.topicArn(topic).message(body).messageGroupId("g").messageDeduplicationId(body));
    }
    cloud.timers().advance(Duration.ofSeconds(1));
    assertThat(bodies(url)).containsExactly("m0", "m1", "m2", "m3", "m4");
  }

  @Test
  void manyWhoPublishTheSameToAFifoTopicPublishItOnce() throws InterruptedException {
    var topic =
        sns.createTopic(t -> t.name("t.fifo").attributes(Map.of("FifoTopic", "true"))).topicArn();
    var ids = java.util.Collections.synchronizedSet(new HashSet<String>());
    for (int round = 0; round < 50; round++) {
      var dedup = "d" + round;
      var threads =
          IntStream.range(0, 4)
              .mapToObj(i ->
                  Thread.ofPlatform()
                      .start(() ->
                          ids.add(
                              sns.publish(p ->
                                      p.topicArn(topic)
                                          .message("m")
                                          .messageGroupId("g")
                                          .messageDeduplicationId(dedup))
                                  .messageId())))
              .toList();
      for (var thread : threads) {
        thread.join();
      }
    }
    assertThat(ids).hasSize(50);
  }

  @Test
  void whatIsWrongIsRefusedAsAwsDoes() {
    var topic = sns.createTopic(t -> t.name("t")).topicArn();
    assertThatThrownBy(() -> sns.publish(p -> p.topicArn(topic).message("")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("Empty message");
    assertThatThrownBy(() -> sns.publish(p -> p.topicArn(topic + "x").message("m")))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> sns.publish(p -> p.topicArn(topic).message("x".repeat(262_145))))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("too long");
  }
}
