package dev.terrarium.services.iam;

import dev.terrarium.kernel.store.PojoCodec;
import java.util.Base64;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkPojo;

/// One of the SDK's model types as text, for keyspaces of strings.
///
/// @param <T> the model type
final class PojoText<T extends SdkPojo> {
  private final PojoCodec<T> codec;

  PojoText(Supplier<? extends Object> builder) {
    this.codec = new PojoCodec<>(builder);
  }

  String write(T value) {
    return Base64.getEncoder().encodeToString(codec.encode(value));
  }

  T read(String text) {
    return codec.decode(Base64.getDecoder().decode(text));
  }
}
