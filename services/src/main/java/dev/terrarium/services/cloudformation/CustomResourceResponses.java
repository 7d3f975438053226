package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import org.jspecify.annotations.Nullable;

/// Where custom resources answer: what a `PUT` to `/_terrarium/cfn-response/<token>` brings.
public final class CustomResourceResponses {
  /// Where the wire takes answers, followed by the token.
  public static final String PATH = "/_terrarium/cfn-response/";

  private final Cloud cloud;
  private final Keyspace<String, String> answers;

  /// Stores into the cloud's store, so any number of these are the same.
  public CustomResourceResponses(Cloud cloud) {
    this.cloud = cloud;
    this.answers =
        new Keyspace<>(cloud.store(), "cloudformation.answers", KeyCodec.STRING, Codec.STRING);
  }

  /// Takes an answer; false if nobody has asked under this token.
  ///
  /// @param body the JSON that the custom resource sends
  public boolean put(String token, String body) {
    if (!answers.contains(token)) {
      return false;
    }
    var batch = new Batch();
    answers.put(batch, token, body);
    batch.afterCommit(() -> cloud.signals().signal(signal(token)));
    cloud.store().commit(batch);
    return true;
  }

  /// What is signalled when an answer arrives.
  static String signal(String token) {
    return "cloudformation-answer:" + token;
  }

  /// The answer: null if nobody has asked, empty if there is none yet.
  @Nullable String get(String token) {
    return answers.get(token);
  }

  void expect(String token) {
    answers.put(token, "");
  }

  void forget(String token) {
    answers.delete(token);
  }
}
