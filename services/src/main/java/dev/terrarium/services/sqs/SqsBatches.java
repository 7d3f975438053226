package dev.terrarium.services.sqs;

import dev.terrarium.kernel.Errors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;

/// Up to ten at once; each succeeds or fails for itself.
final class SqsBatches implements SqsPart {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,80}");
  private static final int ENTRIES_MAX = 10;

  private final Queues queues;
  private final SqsMessages single;

  SqsBatches(Queues queues, SqsMessages single) {
    this.queues = queues;
    this.single = single;
  }

  @Override
  public SendMessageBatchResponse sendMessageBatch(SendMessageBatchRequest request) {
    var queue = queues.ofUrl(request.queueUrl());
    check(request.entries(), SendMessageBatchRequestEntry::id, "SendMessageBatchRequestEntry");
    if (queue.key.isFifo()) {
      checkOrdered(queue, request.entries());
    }
    long bytes = 0;
    for (var entry : request.entries()) {
      if (entry.messageBody() != null) {
        bytes += Drafts.size(entry.messageBody(), entry.messageAttributes());
      }
    }
    if (bytes > QueueAttributes.MESSAGE_BYTES_MAX) {
      throw SqsErrors.batchTooLong(bytes);
    }
    var failed = new ArrayList<BatchResultErrorEntry>();
    var good = new ArrayList<SendMessageBatchRequestEntry>();
    var messages = new ArrayList<Drafts.Draft>();
    for (var entry : request.entries()) {
      try {
        messages.add(single.drafts().draft(queue, wanted(entry)));
        good.add(entry);
      } catch (AwsServiceException e) {
        failed.add(failure(entry.id(), e));
      }
    }
    var successful = new ArrayList<SendMessageBatchResultEntry>();
    if (!messages.isEmpty()) {
      var sent = single.send(queue, messages);
      for (int i = 0; i < good.size(); i++) {
        successful.add(result(queue, good.get(i), messages.get(i), sent.get(i)));
      }
    }
    return SendMessageBatchResponse.builder().successful(successful).failed(failed).build();
  }

  /// What a FIFO queue needs of each message is missed before any of them is looked at.
  private static void checkOrdered(Queue queue, List<SendMessageBatchRequestEntry> entries) {
    for (var entry : entries) {
      if (entry.messageGroupId() == null) {
        throw SqsErrors.missing("MessageGroupId");
      } else if (entry.messageDeduplicationId() == null
          && !queue.config().flag("ContentBasedDeduplication")) {
        throw SqsErrors.noDeduplication();
      }
    }
  }

  private static Drafts.Wanted wanted(SendMessageBatchRequestEntry entry) {
    return new Drafts.Wanted(
        entry.messageBody(),
        entry.delaySeconds(),
        entry.messageAttributes(),
        entry.messageSystemAttributesAsStrings(),
        entry.messageDeduplicationId(),
        entry.messageGroupId());
  }

  private static SendMessageBatchResultEntry result(
      Queue queue, SendMessageBatchRequestEntry entry, Drafts.Draft draft, Sent sent) {
    var result =
        SendMessageBatchResultEntry.builder()
            .id(entry.id())
            .messageId(sent.messageId())
            .md5OfMessageBody(Digests.md5(draft.message().body()));
    if (entry.hasMessageAttributes()) {
      result.md5OfMessageAttributes(Digests.md5(entry.messageAttributes()));
    }
    if (queue.key.isFifo()) {
      result.sequenceNumber(sent.sequenceNumber());
    }
    return result.build();
  }

  @Override
  public DeleteMessageBatchResponse deleteMessageBatch(DeleteMessageBatchRequest request) {
    var queue = queues.ofUrl(request.queueUrl());
    check(request.entries(), DeleteMessageBatchRequestEntry::id, "DeleteMessageBatchRequestEntry");
    var successful = new ArrayList<DeleteMessageBatchResultEntry>();
    var failed = new ArrayList<BatchResultErrorEntry>();
    for (var entry : request.entries()) {
      var error = attempt(() -> SqsMessages.delete(queue, entry.receiptHandle()));
      if (error == null) {
        successful.add(DeleteMessageBatchResultEntry.builder().id(entry.id()).build());
      } else {
        failed.add(failure(entry.id(), error));
      }
    }
    return DeleteMessageBatchResponse.builder().successful(successful).failed(failed).build();
  }

  @Override
  public ChangeMessageVisibilityBatchResponse changeMessageVisibilityBatch(
      ChangeMessageVisibilityBatchRequest request) {
    var queue = queues.ofUrl(request.queueUrl());
    check(
        request.entries(),
        ChangeMessageVisibilityBatchRequestEntry::id,
        "ChangeMessageVisibilityBatchRequestEntry");
    var successful = new ArrayList<ChangeMessageVisibilityBatchResultEntry>();
    var failed = new ArrayList<BatchResultErrorEntry>();
    for (var entry : request.entries()) {
      var error =
          attempt(() ->
              SqsMessages.changeVisibility(
                  queue, entry.receiptHandle(), entry.visibilityTimeout()));
      if (error == null) {
        successful.add(ChangeMessageVisibilityBatchResultEntry.builder().id(entry.id()).build());
      } else {
        failed.add(failure(entry.id(), error));
      }
    }
    return ChangeMessageVisibilityBatchResponse.builder()
        .successful(successful)
        .failed(failed)
        .build();
  }

  private static @Nullable AwsServiceException attempt(Runnable action) {
    try {
      action.run();
      return null;
    } catch (AwsServiceException e) {
      return e;
    }
  }

  private static BatchResultErrorEntry failure(String id, AwsServiceException error) {
    return BatchResultErrorEntry.builder()
        .id(id)
        .senderFault(error.statusCode() < 500)
        .code(Errors.code(error))
        .message(Errors.message(error))
        .build();
  }

  private static <E> void check(
      @Nullable List<E> entries, Function<E, @Nullable String> idOf, String kind) {
    if (entries == null || entries.isEmpty()) {
      throw SqsErrors.emptyBatch(kind);
    } else if (entries.size() > ENTRIES_MAX) {
      throw SqsErrors.tooManyEntries(entries.size());
    }
    var ids = new HashSet<String>();
    for (var entry : entries) {
      var id = idOf.apply(entry);
      if (id == null || !ID.matcher(id).matches()) {
        throw SqsErrors.batchId();
      } else if (!ids.add(id)) {
        throw SqsErrors.repeatedId(id);
      }
    }
  }
}
