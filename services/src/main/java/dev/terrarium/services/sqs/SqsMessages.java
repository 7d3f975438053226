package dev.terrarium.services.sqs;

import dev.terrarium.kernel.Faults;
import dev.terrarium.kernel.store.Batch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageResponse;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeValue;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/// Messages one by one: sent, received, made visible, deleted.
final class SqsMessages implements SqsPart {
  private final Queues queues;
  private final Drafts drafts;

  SqsMessages(Queues queues) {
    this.queues = queues;
    this.drafts = new Drafts(queues.cloud);
  }

  @Override
  public SendMessageResponse sendMessage(SendMessageRequest request) {
    var queue = queues.ofUrl(request.queueUrl());
    var draft =
        drafts.draft(
            queue,
            new Drafts.Wanted(
                request.messageBody(),
                request.delaySeconds(),
                request.messageAttributes(),
                request.messageSystemAttributesAsStrings(),
                request.messageDeduplicationId(),
                request.messageGroupId()));
    var sent = send(queue, List.of(draft)).getFirst();
    var response =
        SendMessageResponse.builder()
            .messageId(sent.messageId())
            .md5OfMessageBody(Digests.md5(draft.message().body()));
    if (request.hasMessageAttributes()) {
      response.md5OfMessageAttributes(Digests.md5(request.messageAttributes()));
    }
    if (request.hasMessageSystemAttributes()) {
      response.md5OfMessageSystemAttributes(
          SystemAttributes.md5(request.messageSystemAttributesAsStrings()));
    }
    if (queue.key.isFifo()) {
      response.sequenceNumber(sent.sequenceNumber());
    }
    return response.build();
  }

  /// Sends as the fault plan lets it pass.
  List<Sent> send(Queue queue, List<Drafts.Draft> messages) {
    var faults = queues.cloud.faults();
    if (faults.isPlanned()) {
      var passage = faults.pass("sqs:send:" + queue.key.name());
      if (passage == Faults.Passage.NEVER) {
        return messages.stream().map(d -> new Sent(d.message().id(), "")).toList();
      } else if (passage == Faults.Passage.TWICE && !queue.key.isFifo()) {
        queue.send(messages);
      }
    }
    return queue.send(messages);
  }

  Drafts drafts() {
    return drafts;
  }

  @Override
  public ReceiveMessageResponse receiveMessage(ReceiveMessageRequest request) {
    var queue = queues.ofUrl(request.queueUrl());
    var max = request.maxNumberOfMessages() == null ? 1 : request.maxNumberOfMessages();
    if (max < 1 || max > 10) {
      throw SqsErrors.invalid(max, "MaxNumberOfMessages", "Must be between 1 and 10, if provided.");
    }
    var config = queue.config();
    var visibility = visibility(request.visibilityTimeout(), config.number("VisibilityTimeout"));
    var wait =
        request.waitTimeSeconds() == null
            ? config.number("ReceiveMessageWaitTimeSeconds")
            : request.waitTimeSeconds();
    if (wait < 0 || wait > 20) {
      throw SqsErrors.invalid(wait, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.");
    }
    var attempt = request.receiveRequestAttemptId();
    if (attempt != null && !queue.key.isFifo()) {
      throw SqsErrors.invalid(
          attempt,
          "ReceiveRequestAttemptId",
          "The request includes a parameter that is not valid for this queue type.");
    }
    var received = poll(queue, max, visibility * 1000L, wait, attempt == null ? "" : attempt);
    var view = new ReceivedView(request, queue.config().storageId());
    var response = ReceiveMessageResponse.builder();
    if (!received.isEmpty()) { // Clients ask whether there is a list at all.
      response.messages(received.stream().map(view::of).toList());
    }
    return response.build();
  }

  private static int visibility(@Nullable Integer wanted, int otherwise) {
    if (wanted != null && (wanted < 0 || wanted > 43_200)) {
      throw SqsErrors.invalid(
          wanted, "VisibilityTimeout", "Must be between 0 and 43200, if provided.");
    }
    return wanted == null ? otherwise : wanted;
  }

  private List<Received> poll(
      Queue queue, int max, long visibilityMillis, int waitSeconds, String attempt) {
    var received = receive(queue, max, visibilityMillis, attempt);
    if (!received.isEmpty() || waitSeconds == 0) {
      return finish(queue, received);
    }
    var clock = queues.cloud.clock();
    var deadline = clock.now().plusSeconds(waitSeconds);
    try (var watch = queues.cloud.signals().watch(queue.key.arn())) {
      while (true) {
        received = receive(queue, max, visibilityMillis, attempt);
        if (!received.isEmpty() || !clock.now().isBefore(deadline)) {
          return finish(queue, received);
        }
        var next = queue.nextVisibleMillis();
        watch.await(
            next < deadline.toEpochMilli() ? java.time.Instant.ofEpochMilli(next) : deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /// Whoever leaves messages behind wakes the next.
  private List<Received> finish(Queue queue, List<Received> received) {
    if (received.isEmpty()) {
      queue.emptyReceives.increment();
    } else if (queue.hasMore()) {
      queues.cloud.signals().signalOne(queue.key.arn());
    }
    return received;
  }

  private List<Received> receive(Queue queue, int max, long visibilityMillis, String attempt) {
    while (true) {
      var redrive = queue.config().redrive();
      var target = redrive == null ? null : queues.find(redrive.target());
      var receipt = queue.receive(max, visibilityMillis, attempt, target == null ? null : redrive);
      if (target == null || receipt.deadLetters().isEmpty()) {
        return receipt.messages();
      }
      var batch = new Batch();
      queue.removeFromStore(batch, receipt.deadLetters().stream().map(Received::sequence).toList());
      target.accept(batch, receipt.deadLetters(), queue.key.arn());
      if (!receipt.messages().isEmpty()) {
        return receipt.messages();
      }
    }
  }

  @Override
  public DeleteMessageResponse deleteMessage(DeleteMessageRequest request) {
    var queue = queues.ofUrl(request.queueUrl());
    delete(queue, request.receiptHandle());
    return DeleteMessageResponse.builder().build();
  }

  static void delete(Queue queue, @Nullable String handle) {
    if (handle == null) {
      throw SqsErrors.missing("ReceiptHandle");
    }
    queue.delete(ReceiptHandle.parse(handle), handle);
  }

  @Override
  public ChangeMessageVisibilityResponse changeMessageVisibility(
      ChangeMessageVisibilityRequest request) {
    var queue = queues.ofUrl(request.queueUrl());
    changeVisibility(queue, request.receiptHandle(), request.visibilityTimeout());
    return ChangeMessageVisibilityResponse.builder().build();
  }

  static void changeVisibility(Queue queue, @Nullable String handle, @Nullable Integer seconds) {
    if (handle == null) {
      throw SqsErrors.missing("ReceiptHandle");
    } else if (seconds == null) {
      throw SqsErrors.missing("VisibilityTimeout");
    }
    var parsed = ReceiptHandle.parse(handle);
    queue.changeVisibility(parsed, handle, visibility(seconds, 0) * 1000L);
  }

  /// Digest of system attributes: the same form as that of the others.
  private static final class SystemAttributes {
    static String md5(java.util.Map<String, MessageSystemAttributeValue> attributes) {
      var same =
          new java.util.HashMap<
              String, software.amazon.awssdk.services.sqs.model.MessageAttributeValue>();
      attributes.forEach((name, value) ->
          same.put(
              name,
              software.amazon.awssdk.services.sqs.model.MessageAttributeValue.builder()
                  .dataType(value.dataType())
                  .stringValue(value.stringValue())
                  .build()));
      return Digests.md5(same);
    }
  }

  static List<String> names(List<String> a, List<String> b) {
    var names = new ArrayList<>(a);
    names.addAll(b);
    return names;
  }
}
