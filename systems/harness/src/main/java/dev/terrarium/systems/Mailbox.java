package dev.terrarium.systems;

import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;

/// The mails of one address, to which a topic sends.
public record Mailbox(Run run, String address) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern LINK = Pattern.compile("https?://\\S+");

  /// Follows the link in the mail in which a topic asks whether its mails are wanted.
  public void confirm() {
    run.require(
        "a mail asks " + address + " to confirm",
        PATIENCE,
        () -> !run.terrarium.mails(address).isEmpty());
    var link = LINK.matcher(run.terrarium.mails(address).getFirst().body());
    if (!link.find()) {
      throw new IllegalStateException("No link in the mail to " + address);
    }
    run.terrarium.visit(URI.create(link.group()));
  }

  /// How many mails there are whose subject begins so.
  public long count(String subject) {
    return run.terrarium.mails(address).stream()
        .filter(mail -> mail.subject().startsWith(subject))
        .count();
  }
}
