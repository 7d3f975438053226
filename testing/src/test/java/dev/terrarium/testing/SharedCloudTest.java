package dev.terrarium.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import software.amazon.awssdk.services.sqs.SqsClient;

/// What one test does is seen by the next: the order is the behaviour here.
@TerrariumTest(shared = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SharedCloudTest {
  @Test
  @Order(1)
  void oneMakesAQueue(SqsClient sqs) {
    assertThat(sqs.createQueue(q -> q.queueName("q")).queueUrl()).endsWith("/q");
  }

  @Test
  @Order(2)
  void anotherSeesIt(SqsClient sqs) {
    assertThat(sqs.listQueues().queueUrls()).hasSize(1);
  }
}
