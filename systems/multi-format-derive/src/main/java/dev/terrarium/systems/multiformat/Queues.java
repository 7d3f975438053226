package dev.terrarium.systems.multiformat;

import dev.terrarium.systems.Run;
import java.util.List;

/// The queues between topic and functions.
final class Queues {
  static final List<String> SUBSCRIBERS =
      List.of("Documents", "Images", "Operations", "Marketing", "Sales");

  private final Run run;

  Queues(Run run) {
    this.run = run;
  }

  /// Messages in all subscribers' queues: waiting, being handled or coming back.
  int waiting() {
    return SUBSCRIBERS.stream().mapToInt(name -> run.queue(name + "Queue").size()).sum();
  }

  /// Messages in a subscriber's dead-letter queue.
  int dead(String subscriber) {
    return run.queue(subscriber + "DeadLetters").size();
  }

  /// Sends what lies in a dead-letter queue back to where it came from.
  void redrive(String subscriber) {
    var arn = run.queue(subscriber + "DeadLetters").arn();
    run.clients.sqs.startMessageMoveTask(move -> move.sourceArn(arn));
  }
}
