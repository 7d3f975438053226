package dev.terrarium.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Verifies each chunk of an `aws-chunked` body that is signed chunk by chunk, and the trailers
/// behind it.
final class ChunkSignatures implements AwsChunkedStream.Watcher {
  private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature";

  private final Identity identity;
  private final SigningKey key;
  private final String date;
  private final boolean trailed;
  private final MessageDigest digest = SigV4.digest();
  private String previous;

  /// @param date as in `x-amz-date`
  /// @param trailed whether signed trailers were announced, which must then come
  ChunkSignatures(Identity identity, SigningKey key, String date, boolean trailed) {
    this.identity = identity;
    this.key = key;
    this.date = date;
    this.trailed = trailed;
    this.previous = identity.signature();
  }

  @Override
  public void data(byte[] bytes, int from, int length) {
    digest.update(bytes, from, length);
  }

  @Override
  public void endOfChunk(@Nullable String signature) {
    var hash = SigV4.hex(digest.digest());
    previous = check(SigV4.chunkText(identity, date, previous, hash), signature);
  }

  @Override
  public void end(Map<String, String> trailers) {
    if (trailers.isEmpty() && !trailed) {
      return;
    }
    var text = new StringBuilder();
    trailers.forEach((name, value) -> {
      if (!name.equals(TRAILER_SIGNATURE)) {
        text.append(name).append(':').append(value).append('\n');
      }
    });
    var hash = SigV4.hash(text.toString().getBytes(StandardCharsets.UTF_8));
    check(SigV4.trailerText(identity, date, previous, hash), trailers.get(TRAILER_SIGNATURE));
  }

  /// The signature that was claimed, if it holds. SigV4a's are of varying length and filled up with
  /// stars, since the length of the whole must be known before.
  private String check(String text, @Nullable String claimed) {
    var signature = claimed == null ? "" : claimed.replaceFirst("\\*+$", "");
    if (!key.signed(text, signature)) {
      throw Refusals.S3.mismatch();
    }
    return signature;
  }
}
