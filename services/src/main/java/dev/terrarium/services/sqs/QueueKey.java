package dev.terrarium.services.sqs;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.KeyCodec;
import java.util.regex.Pattern;

/// Which queue: names are unique within an account and region.
record QueueKey(String account, String region, String name) {
  static final KeyCodec<QueueKey> CODEC =
      KeyCodec.of(
          (key, writer) -> writer.string(key.account).string(key.region).string(key.name),
          reader -> new QueueKey(reader.string(), reader.string(), reader.string()));

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,80}");

  /// The queue of a name in the scope of the current call.
  static QueueKey of(String name) {
    var scope = Call.current().scope();
    return new QueueKey(scope.account(), scope.region(), name);
  }

  /// The queue that a URL names: the last two parts of its path are account and name, or the last
  /// is the name of one of the caller's. A bare name is not an address.
  static QueueKey ofUrl(String url) {
    if (url.indexOf('/') < 0) {
      throw SqsErrors.address(url);
    }
    var end = url.length();
    while (end > 0 && url.charAt(end - 1) == '/') {
      end--;
    }
    var slash = url.lastIndexOf('/', end - 1);
    var name = url.substring(slash + 1, end);
    if (name.isEmpty()) {
      throw SqsErrors.noQueue();
    }
    var account = slash < 0 ? "" : url.substring(url.lastIndexOf('/', slash - 1) + 1, slash);
    return isAccount(account) ? new QueueKey(account, Call.current().region(), name) : of(name);
  }

  private static boolean isAccount(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return text.length() == 12;
  }

  /// The queue that an ARN names.
  static QueueKey ofArn(String text) {
    var arn =
        Arn.of(text)
            .filter(a -> a.service().equals("sqs"))
            .orElseThrow(() -> SqsErrors.invalid("The ARN " + text + " is not that of a queue."));
    return new QueueKey(arn.account(), arn.region(), arn.resource());
  }

  static boolean isValidName(String name) {
    var plain = name.endsWith(".fifo") ? name.substring(0, name.length() - 5) : name;
    return name.length() <= 80 && NAME.matcher(plain).matches();
  }

  boolean isFifo() {
    return name.endsWith(".fifo");
  }

  String arn() {
    return scope().arn("sqs", name);
  }

  Scope scope() {
    return new Scope(account, region);
  }
}
