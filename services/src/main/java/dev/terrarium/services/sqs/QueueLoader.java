package dev.terrarium.services.sqs;

import dev.terrarium.services.sqs.QueueStore.MessageKey;
import dev.terrarium.services.sqs.ReadyOrder.Place;
import java.util.List;
import java.util.function.Supplier;

/// Reads a queue's order and flight from the store.
final class QueueLoader {
  private static final long PAGE_BYTES_MAX = 8 * 1024 * 1024;

  private final QueueStore stored;
  private final String storageId;
  private final boolean fifo;

  QueueLoader(QueueStore stored, String storageId, boolean fifo) {
    this.stored = stored;
    this.storageId = storageId;
    this.fifo = fifo;
  }

  /// An empty order; a standard one will read the queue's messages page by page.
  ReadyOrder order(Supplier<Flight> flight) {
    return fifo
        ? new FifoOrder()
        : new StandardOrder((from, max, into) -> page(flight.get(), from, max, into));
  }

  /// Fills flight and order; returns how many messages there are.
  long load(Flight flight, ReadyOrder order, long now) {
    stored.states.scan(
        (key, state) -> {
          if (state.visibleMillis() > now) {
            flight.hide(key.sequence(), state);
          } else {
            flight.show(key.sequence(), state);
          }
          if (!fifo) {
            place(flight, order, key.sequence(), state);
          }
          return true;
        },
        storageId);
    if (!fifo) {
      return stored.count(storageId);
    }
    var total = new long[1];
    stored.messages.scan(
        (key, message) -> {
          total[0]++;
          order.add(key.sequence(), message.groupId(), flight.place(key.sequence()));
          return true;
        },
        storageId);
    return total[0];
  }

  private static void place(Flight flight, ReadyOrder order, long sequence, MessageState state) {
    if (flight.place(sequence) == Place.IN_FLIGHT) {
      order.add(sequence, state.groupId(), Place.IN_FLIGHT);
    } else if (flight.place(sequence) == Place.READY) {
      order.returned(sequence, state.groupId(), false);
    }
  }

  /// Messages with a state are not read by page: memory has them already.
  private long page(Flight flight, long from, int max, List<StandardOrder.Entry> into) {
    var next = new long[] {Long.MAX_VALUE};
    var bytes = new long[1];
    stored.messages.scanFrom(
        new MessageKey(storageId, from),
        (key, message) -> {
          if (into.size() == max || bytes[0] > PAGE_BYTES_MAX) {
            next[0] = key.sequence();
            return false;
          }
          bytes[0] += message.body().length();
          if (!flight.isKnown(key.sequence())) {
            into.add(new StandardOrder.Entry(key.sequence(), message.groupId()));
          }
          return true;
        },
        storageId);
    return next[0];
  }
}
