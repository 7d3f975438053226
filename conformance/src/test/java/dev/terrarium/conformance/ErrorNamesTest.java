package dev.terrarium.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.wire.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What errors are called in a body, for clients that read it themselves.
class ErrorNamesTest {
  private final Cloud cloud = Cloud.inMemory();
  private final HttpServer server = new HttpServer(cloud, "127.0.0.1", 0, false, null);
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void tearDown() {
    http.close();
    server.close();
    cloud.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DynamoDB_20120810.GetItem       | {"TableName":"none","Key":{"k":{"S":"1"}}} | com.amazonaws.dynamodb.v20120810#ResourceNotFoundException
          DynamoDB_20120810.GetItem       | {"TableName":"none"}                       | com.amazon.coral.validate#ValidationException
          DynamoDB_20120810.GetItem       | {"TableName":[1]}                          | com.amazon.coral.service#SerializationException
          DynamoDBStreams_20120810.GetRecords | {"ShardIterator":"x"}                  | com.amazon.coral.validate#ValidationException
          AmazonSQS.GetQueueUrl           | {"QueueName":"none"}                       | com.amazonaws.sqs#QueueDoesNotExist
          Kinesis_20131202.DescribeStream | {"StreamName":"none"}                      | ResourceNotFoundException
          """)
  void anErrorIsCalledAsItsServiceCallsIt(String target, String body, String type)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/"))
            .header("X-Amz-Target", target)
            .header("Content-Type", "application/x-amz-json-1.0")
            .POST(BodyPublishers.ofString(body))
            .build();
    var answer = http.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Json.parse(answer.body()).path("__type").asText()).isEqualTo(type);
  }
}
