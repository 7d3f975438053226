package dev.terrarium.services.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

@Timeout(60)
@SuppressWarnings("unchecked") // Variable arguments of generic types.
final class QueueRefusalsTest extends QueueFixture {
  private static final String ARN = "arn:aws:sqs:us-east-1:000000000000:";

  private static void refused(ThrowingCallable call, int status, String code, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AwsServiceException.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(status);
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
              assertThat(e.awsErrorDetails().errorMessage()).isEqualTo(message);
            });
  }

  @Test
  void aNameIsNotAnAddress() {
    queue("q");
    refused(
        () -> sqs.purgeQueue(p -> p.queueUrl("q")),
        404,
        "InvalidAddress",
        "The address q is not valid for this endpoint.");
  }

  @Test
  void aQueueIsNotMadeBeforeItsDeadLetterQueue() {
    var policy = "{\"deadLetterTargetArn\":\"" + ARN + "dead\",\"maxReceiveCount\":1}";
    refused(
        () -> queue("q", "RedrivePolicy", policy),
        400,
        "InvalidParameterValue",
        "Value "
            + policy
            + " for parameter RedrivePolicy is invalid. Reason: Dead letter target does not"
            + " exist.");
    var dead = queue("dead");
    var url = queue("q", "RedrivePolicy", policy);
    sqs.deleteQueue(q -> q.queueUrl(dead));
    assertThat(queue("q", "RedrivePolicy", policy)).isEqualTo(url);
  }

  @Test
  void aBatchForAFifoQueueIsRefusedAsAWholeIfOneLacksItsGroup() {
    var url = fifo("q");
    refused(
        () ->
            sqs.sendMessageBatch(b ->
                b.queueUrl(url)
                    .entries(
                        e -> e.id("a").messageBody("x").messageGroupId("g"),
                        e -> e.id("b").messageBody("y").messageDeduplicationId("1"))),
        400,
        "InvalidParameterValue",
        "The queue should either have ContentBasedDeduplication enabled or"
            + " MessageDeduplicationId provided explicitly");
    refused(
        () -> sqs.sendMessageBatch(b -> b.queueUrl(url).entries(e -> e.id("b").messageBody("y"))),
        400,
        "MissingParameter",
        "The request must contain the parameter MessageGroupId.");
    assertThat(take(url)).isEmpty();
  }

  @Test
  void permissionsNameAccountsAndActionsThatCanBeGiven() {
    var url = queue("q");
    refused(
        () -> permit(url, List.of(), "SendMessage"),
        400,
        "MissingParameter",
        "The request must contain the parameter AWSAccountIds.");
    refused(
        () -> permit(url, List.of("111111111111"), "CreateQueue"),
        400,
        "InvalidParameterValue",
        "Value SQS:CreateQueue for parameter ActionName is invalid. Reason: Only the queue owner is"
            + " allowed to invoke this action.");
    refused(
        () -> permit(url, List.of("111111111111"), "Fly"),
        400,
        "InvalidParameterValue",
        "Value SQS:Fly for parameter ActionName is invalid. Reason: Please refer to the appropriate"
            + " WSDL for a list of valid actions.");
    refused(
        () -> permit(url, List.of("111111111111"), "a", "b", "c", "d", "e", "f", "g", "h"),
        400,
        "OverLimit",
        "8 Actions were found, maximum allowed is 7.");
  }

  private void permit(String url, List<String> accounts, String... actions) {
    sqs.addPermission(p -> p.queueUrl(url).label("l").awsAccountIds(accounts).actions(actions));
  }

  @Test
  void movingToAQueueThatIsNotThereNamesTheDestination() {
    queue("dead");
    queue(
        "q",
        "RedrivePolicy",
        "{\"deadLetterTargetArn\":\"" + ARN + "dead\",\"maxReceiveCount\":1}");
    refused(
        () -> sqs.startMessageMoveTask(m -> m.sourceArn(ARN + "dead").destinationArn(ARN + "no")),
        404,
        "ResourceNotFoundException",
        "The resource that you specified for the DestinationArn parameter doesn't exist.");
  }

  @Test
  void attributesThatAMessageLacksAreNoAttributes() {
    var url = queue("q");
    send(url, "x");
    var message =
        sqs.receiveMessage(r ->
                r.queueUrl(url)
                    .messageSystemAttributeNames(MessageSystemAttributeName.MESSAGE_GROUP_ID))
            .messages()
            .getFirst();
    assertThat(message.hasAttributes()).isFalse();
  }
}
