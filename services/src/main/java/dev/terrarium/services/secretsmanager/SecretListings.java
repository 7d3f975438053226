package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.Call;
import dev.terrarium.services.secretsmanager.Secrets.Found;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.model.Filter;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretsRequest;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretsResponse;
import software.amazon.awssdk.services.secretsmanager.model.SecretListEntry;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

/// Lists secrets, filtered and sorted.
final class SecretListings extends SecretsPart {
  private static final String[] KEYS = {
    "all", "name", "tag-key", "description", "tag-value", "primary-region", "owning-service"
  };

  SecretListings(Secrets secrets) {
    super(secrets);
  }

  @Override
  public ListSecretsResponse listSecrets(ListSecretsRequest request) {
    new SecretConstraints()
        .range("maxResults", request.maxResults(), 1, 100)
        .oneOf("sortOrder", request.sortOrderAsString(), "asc", "desc")
        .count("filters", request.filters(), 0, 10)
        .check();
    var found =
        matching(secrets, request.filters(), Boolean.TRUE.equals(request.includePlannedDeletion()));
    Comparator<Found> order =
        Comparator.comparing(secret -> secret.record().description().createdDate());
    found.sort("desc".equals(request.sortOrderAsString()) ? order.reversed() : order);
    var max = request.maxResults() == null ? 100 : request.maxResults();
    var page = Secrets.Page.of(found, max, request.nextToken());
    return ListSecretsResponse.builder()
        .secretList(page.items().stream().map(SecretListings::entry).toList())
        .nextToken(page.token())
        .build();
  }

  /// The secrets of the caller's scope that pass all filters.
  static List<Found> matching(Secrets secrets, List<Filter> filters, boolean deletedToo) {
    var constraints = new SecretConstraints();
    for (int i = 0; i < filters.size(); i++) {
      constraints.oneOf("filters." + (i + 1) + ".member.key", filters.get(i).keyAsString(), KEYS);
    }
    constraints.check();
    for (var filter : filters) {
      if (filter.keyAsString() == null) {
        throw SecretErrors.parameter("Invalid filter key");
      }
      if (filter.values().isEmpty()) {
        throw SecretErrors.parameter("Invalid filter values for key: " + filter.keyAsString());
      }
    }
    var found = new ArrayList<Found>();
    secrets.scan(
        Call.current().scope(),
        (ref, secret) -> {
          if ((deletedToo || !secret.isDeleted())
              && filters.stream().allMatch(filter -> passes(filter, secret))) {
            found.add(new Found(ref, secret));
          }
          return true;
        });
    return found;
  }

  private static boolean passes(Filter filter, SecretRecord secret) {
    return filter.values().stream()
        .anyMatch(value ->
            value.startsWith("!")
                ? !matches(filter.keyAsString(), value.substring(1), secret)
                : matches(filter.keyAsString(), value, secret));
  }

  private static boolean matches(String key, String value, SecretRecord secret) {
    var d = secret.description();
    return switch (key) {
      case "name" -> d.name().startsWith(value);
      case "tag-key" -> d.tags().stream().anyMatch(tag -> starts(tag.key(), value));
      case "tag-value" -> d.tags().stream().anyMatch(tag -> starts(tag.value(), value));
      case "primary-region" -> starts(d.primaryRegion(), value);
      case "owning-service" -> starts(d.owningService(), value);
      case "description" -> words(value).allMatch(word -> has(d.description(), word));
      default ->
          words(value)
              .allMatch(word ->
                  Stream.concat(
                          Stream.of(d.name(), Objects.requireNonNullElse(d.description(), "")),
                          d.tags().stream().flatMap(SecretListings::texts))
                      .anyMatch(text -> has(text, word)));
    };
  }

  private static Stream<String> texts(Tag tag) {
    return Stream.of(
        Objects.requireNonNullElse(tag.key(), ""), Objects.requireNonNullElse(tag.value(), ""));
  }

  private static boolean starts(@Nullable String text, String prefix) {
    return text != null && text.startsWith(prefix);
  }

  /// Whether a word of the text begins so.
  private static boolean has(@Nullable String text, String word) {
    return text != null && words(text).anyMatch(part -> part.startsWith(word));
  }

  private static Stream<String> words(String text) {
    return Stream.of(text.toLowerCase(Locale.ROOT).split("[^a-z0-9]+"))
        .filter(word -> !word.isEmpty());
  }

  private static SecretListEntry entry(Found found) {
    var d = found.record().description();
    var builder =
        SecretListEntry.builder()
            .arn(d.arn())
            .name(d.name())
            .description(d.description())
            .kmsKeyId(d.kmsKeyId())
            .rotationEnabled(d.rotationEnabled())
            .rotationLambdaARN(d.rotationLambdaARN())
            .rotationRules(d.rotationRules())
            .lastRotatedDate(d.lastRotatedDate())
            .lastChangedDate(d.lastChangedDate())
            .lastAccessedDate(d.lastAccessedDate())
            .deletedDate(d.deletedDate())
            .nextRotationDate(d.nextRotationDate())
            .tags(d.tags())
            .owningService(d.owningService())
            .createdDate(d.createdDate())
            .primaryRegion(d.primaryRegion());
    var stages = new java.util.TreeMap<String, List<String>>();
    d.versionIdsToStages()
        .forEach((version, names) -> {
          if (!names.isEmpty()) {
            stages.put(version, names);
          }
        });
    return stages.isEmpty() ? builder.build() : builder.secretVersionsToStages(stages).build();
  }
}
