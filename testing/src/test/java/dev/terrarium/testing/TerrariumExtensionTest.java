package dev.terrarium.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsClient;

@TerrariumTest(now = "2026-03-01T12:00:00Z", region = "eu-west-1")
@Deploy(value = "src/test/resources/shop.yaml", parameters = "Stage=test")
class TerrariumExtensionTest {
  @BeforeAll
  static void aQueueForAll(SqsClient sqs) {
    sqs.createQueue(q -> q.queueName("for-all"));
  }

  @BeforeEach
  void aQueueForEach(SqsClient sqs) {
    sqs.createQueue(q -> q.queueName("for-each"));
  }

  @RepeatedTest(3)
  void eachTestBeginsWithWhatTheClassHas(SqsClient sqs, @Output("OrdersUrl") String orders) {
    assertThat(sqs.listQueues().queueUrls())
        .extracting(url -> url.substring(url.lastIndexOf('/') + 1))
        .containsExactlyInAnyOrder("orders-test", "for-all", "for-each");
    assertThat(orders).endsWith("/000000000000/orders-test");
    sqs.createQueue(q -> q.queueName("seen-by-no-other"));
  }

  @Test
  void aMessageLeadsToTheFunction(
      SqsClient sqs, @Output("shop.OrdersUrl") String orders, TestClock clock, History history) {
    sqs.sendMessage(m -> m.queueUrl(orders).messageBody("one"));
    clock.settle();
    history.assertLed("sqs:SendMessage", "lambda:Invoke");
    clock.advance(Duration.ofMinutes(5));
    history.assertCalled("lambda:Invoke", 1);
  }

  @Test
  void theFunctionCanBeCalled(LambdaClient lambda, @Output("ShipName") String name) {
    var answer = lambda.invoke(i -> i.functionName(name));
    assertThat(answer.functionError()).isNull();
    assertThat(answer.payload().asUtf8String()).isEqualTo("\"shipped\"");
  }

  @Test
  void theClockStandsWhereItWasSet(TestClock clock) {
    assertThat(clock.now()).isEqualTo(Instant.parse("2026-03-01T12:00:00Z"));
    clock.advance(Duration.ofDays(1));
    assertThat(clock.now()).isEqualTo(Instant.parse("2026-03-02T12:00:00Z"));
  }

  @Test
  void asynchronousClientsSeeTheSameCloud(SqsAsyncClient async, SqsClient sqs) {
    async.createQueue(q -> q.queueName("async")).join();
    assertThat(sqs.getQueueUrl(q -> q.queueName("async")).queueUrl()).endsWith("async");
  }

  @Test
  void itListensForOtherClients(@Endpoint URI endpoint) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var health = HttpRequest.newBuilder(endpoint.resolve("/_terrarium/health")).build();
      assertThat(http.send(health, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
  }

  @Nested
  class Within {
    @BeforeAll
    static void another(DynamoDbClient dynamo) {
      assertThat(dynamo.listTables().tableNames()).isEmpty();
    }

    @Test
    void aNestedClassHasWhatIsAroundIt(SqsClient sqs, @Output("OrdersUrl") String orders) {
      assertThat(sqs.listQueues().queueUrls()).hasSize(3);
      assertThat(orders).endsWith("orders-test");
    }
  }
}
