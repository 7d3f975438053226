package dev.terrarium.services.kms;

import dev.terrarium.kernel.Constraints;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;

/// What KMS's model says of single parameters.
final class KmsConstraints extends Constraints<KmsConstraints> {
  private static final Pattern ALIAS = Pattern.compile("^[a-zA-Z0-9:/_-]+$");
  private static final Pattern MARKER = Pattern.compile("[\\u0020-\\u00FF]*");

  @Override
  protected KmsConstraints self() {
    return this;
  }

  @Override
  protected AwsServiceException refusal(String message) {
    return KmsErrors.validation(message);
  }

  /// A key's id in any form, which must be there.
  KmsConstraints key(@Nullable String value) {
    return key("keyId", value);
  }

  KmsConstraints key(String name, @Nullable String value) {
    return required(name, value).length(name, value, 1, 2048);
  }

  KmsConstraints alias(@Nullable String value) {
    return required("aliasName", value)
        .length("aliasName", value, 1, 256)
        .pattern("aliasName", value, ALIAS);
  }

  /// Bytes, if they are there. They are not shown.
  KmsConstraints blob(String name, @Nullable SdkBytes value, int max) {
    if (value == null) {
      return this;
    }
    var length = value.asByteArrayUnsafe().length;
    return length == 0 ? hidden(name) : bytes(name, length, max);
  }

  /// Bytes that must be there.
  KmsConstraints needed(String name, @Nullable SdkBytes value, int max) {
    return required(name, value).blob(name, value, max);
  }

  private KmsConstraints hidden(String name) {
    return size(name, 0, "java.nio.HeapByteBuffer[pos=0 lim=0 cap=0]", 1, Integer.MAX_VALUE);
  }

  KmsConstraints tokens(List<String> tokens) {
    return count("grantTokens", tokens, 0, 10);
  }

  KmsConstraints page(@Nullable Integer limit, @Nullable String marker) {
    return range("limit", limit, 1, 1000)
        .length("marker", marker, 1, 1024)
        .pattern("marker", marker, MARKER);
  }
}
