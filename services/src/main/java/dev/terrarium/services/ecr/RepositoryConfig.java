package dev.terrarium.services.ecr;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.services.ecr.model.Repository;

/// What a repository is.
///
/// @param shown as it is described
/// @param policy who else may use it, or empty
/// @param lifecycle which images expire, or empty
record RepositoryConfig(
    Repository shown, String policy, String lifecycle, Map<String, String> tags) {
  private static final PojoCodec<Repository> SHOWN = new PojoCodec<>(Repository::builder);

  static final Codec<RepositoryConfig> CODEC =
      Codec.of(
          1,
          (repository, writer) -> {
            SHOWN.write(writer, repository.shown);
            writer.string(repository.policy).string(repository.lifecycle).strings(repository.tags);
          },
          reader ->
              new RepositoryConfig(
                  SHOWN.read(reader), reader.string(), reader.string(), reader.strings()));

  RepositoryConfig {
    tags = Map.copyOf(tags);
  }

  RepositoryConfig shownAs(Consumer<Repository.Builder> change) {
    var builder = shown.toBuilder();
    change.accept(builder);
    return new RepositoryConfig(builder.build(), policy, lifecycle, tags);
  }

  RepositoryConfig withPolicy(String text) {
    return new RepositoryConfig(shown, text, lifecycle, tags);
  }

  RepositoryConfig withLifecycle(String text) {
    return new RepositoryConfig(shown, policy, text, tags);
  }

  RepositoryConfig withTags(Map<String, String> replacement) {
    return new RepositoryConfig(shown, policy, lifecycle, replacement);
  }
}
