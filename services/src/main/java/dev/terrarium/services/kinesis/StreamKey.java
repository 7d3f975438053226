package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.KeyCodec;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which stream: names are unique within an account and region.
record StreamKey(String account, String region, String name) {
  static final KeyCodec<StreamKey> CODEC =
      KeyCodec.of(
          (key, writer) -> writer.string(key.account).string(key.region).string(key.name),
          reader -> new StreamKey(reader.string(), reader.string(), reader.string()));

  private static final Pattern ARN =
      Pattern.compile("arn:aws.*:kinesis:.*:\\d{12}:stream/[a-zA-Z0-9_.-]+");

  /// The stream of a name in the scope of the current call.
  static StreamKey of(String name) {
    return of(Call.current().scope(), name);
  }

  static StreamKey of(Scope scope, String name) {
    return new StreamKey(scope.account(), scope.region(), name);
  }

  /// The stream that a stream's ARN names.
  static Optional<StreamKey> ofArn(String text) {
    if (!ARN.matcher(text).matches()) {
      return Optional.empty();
    }
    return Arn.of(text).map(a -> new StreamKey(a.account(), a.region(), a.resource().substring(7)));
  }

  /// The stream that a caller means by a name, an ARN or both.
  static StreamKey of(@Nullable String name, @Nullable String arn) {
    if (arn == null) {
      if (name == null) {
        throw KinesisErrors.invalid("Must specify either StreamName or StreamARN.");
      }
      return of(name);
    }
    var key = ofArn(arn).orElseThrow(() -> KinesisErrors.invalid("Invalid StreamARN: " + arn));
    if (name != null && !name.equals(key.name)) {
      throw KinesisErrors.invalid(
          "StreamName " + name + " does not match the stream of StreamARN " + arn + ".");
    }
    return key;
  }

  String arn() {
    return scope().arn("kinesis", "stream/" + name);
  }

  Scope scope() {
    return new Scope(account, region);
  }
}
