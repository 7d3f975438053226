package dev.terrarium.systems;

import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;

/// The mails of one address, to which a topic sends.
///
/// @param address of the run's own
public record Mailbox(Run run, String address) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern LINK = Pattern.compile("https?://\\S+");

  /// Follows the link in the mail in which a topic asks whether its mails are wanted.
  public void confirm() {
    if (!run.await(PATIENCE, () -> !run.terrarium.mails(address).isEmpty())) {
      throw new IllegalStateException("No mail asks " + address + " to confirm");
    }
    var link = LINK.matcher(run.terrarium.mails(address).getFirst().body());
    if (!link.find()) {
      throw new IllegalStateException("No link in the mail to " + address);
    }
    run.terrarium.visit(URI.create(link.group()));
    run.say(address + " has confirmed that it wants the mails");
  }

  /// How many mails there are whose subject begins so.
  public long count(String subject) {
    return run.terrarium.mails(address).stream()
        .filter(mail -> mail.subject().startsWith(subject))
        .count();
  }
}
