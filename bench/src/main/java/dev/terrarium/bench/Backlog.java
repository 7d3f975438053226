package dev.terrarium.bench;

import dev.terrarium.engines.rocksdb.RocksStore;
import dev.terrarium.kernel.Cloud;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/// A million messages in one queue, on disk: filled, then emptied.
final class Backlog implements Bench {
  private static final int MESSAGES = 1_000_000;
  private static final int SLICES = 10;
  private static final int BATCH = 10;
  private static final int CALLERS = 16;
  private static final int GROUPS = 1000;

  @Override
  public String name() {
    return "backlog";
  }

  @Override
  public String about() {
    return "a million messages in one queue, standard and FIFO, on disk";
  }

  @Override
  public void run(Output out) throws IOException, InterruptedException {
    out.section("A million messages in one queue, on disk");
    var columns = new ArrayList<>(List.of("messages/s"));
    for (int i = 1; i <= SLICES; i++) {
      columns.add(MESSAGES / SLICES * i / 1000 + "k");
    }
    columns.add("last of first");
    out.head(columns.toArray(String[]::new));
    try (var folder = Folder.create();
        var cloud = Cloud.builder().store(new RocksStore(folder.path())).build()) {
      var sqs = cloud.client(SqsClient.class);
      var standard = sqs.createQueue(r -> r.queueName("standard")).queueUrl();
      fillAndEmpty("standard", sqs, standard, false, out);
      var fifo =
          sqs.createQueue(r ->
                  r.queueName("queue.fifo")
                      .attributes(
                          Map.of(
                              QueueAttributeName.FIFO_QUEUE,
                              "true",
                              QueueAttributeName.CONTENT_BASED_DEDUPLICATION,
                              "true")))
              .queueUrl();
      fillAndEmpty("FIFO", sqs, fifo, true, out);
    }
    out.text(
        CALLERS
            + " callers in process, batches of "
            + BATCH
            + ", "
            + GROUPS
            + " groups in the FIFO queue; each column is the rate within its tenth. Receiving includes"
            + " deleting.");
  }

  private static void fillAndEmpty(String name, SqsClient sqs, String url, boolean fifo, Output out)
      throws InterruptedException {
    var number = new AtomicInteger();
    slices(name + " sent", () -> send(sqs, url, fifo, number.getAndAdd(BATCH)), out);
    slices(name + " received", () -> receive(sqs, url), out);
  }

  private static void slices(String name, Callable<Integer> step, Output out)
      throws InterruptedException {
    var rates = new double[SLICES];
    for (int slice = 0; slice < SLICES; slice++) {
      var left = new AtomicInteger(MESSAGES / SLICES);
      var start = System.nanoTime();
      try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
        var tasks = new ArrayList<Callable<Void>>();
        for (int i = 0; i < CALLERS; i++) {
          tasks.add(() -> {
            while (left.get() > 0) {
              left.addAndGet(-step.call());
            }
            return null;
          });
        }
        for (var task : callers.invokeAll(tasks)) {
          task.get();
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
      rates[slice] = (MESSAGES / SLICES - left.get()) * 1e9 / (System.nanoTime() - start);
      out.progress(String.format(Locale.ROOT, "%s: %,.0f/s", name, rates[slice]));
    }
    var cells = new ArrayList<>(List.of(name));
    for (var rate : rates) {
      cells.add(String.format(Locale.ROOT, "%,.0f", rate));
    }
    cells.add(Output.percent(rates[SLICES - 1] / rates[0]));
    out.row(cells.toArray(String[]::new));
  }

  private static int send(SqsClient sqs, String url, boolean fifo, int from) {
    var entries = new ArrayList<SendMessageBatchRequestEntry>(BATCH);
    for (int i = from; i < from + BATCH; i++) {
      var entry = SendMessageBatchRequestEntry.builder().id("m" + i).messageBody("message " + i);
      entries.add(fifo ? entry.messageGroupId("g" + i % GROUPS).build() : entry.build());
    }
    return sqs.sendMessageBatch(r -> r.queueUrl(url).entries(entries)).successful().size();
  }

  private static int receive(SqsClient sqs, String url) {
    var messages = sqs.receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(BATCH)).messages();
    if (messages.isEmpty()) {
      return 0;
    }
    var entries = new ArrayList<DeleteMessageBatchRequestEntry>(BATCH);
    for (var message : messages) {
      entries.add(
          DeleteMessageBatchRequestEntry.builder()
              .id("m" + entries.size())
              .receiptHandle(message.receiptHandle())
              .build());
    }
    return sqs.deleteMessageBatch(r -> r.queueUrl(url).entries(entries)).successful().size();
  }
}
