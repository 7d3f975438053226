package dev.terrarium.services.ssm;

import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import software.amazon.awssdk.services.ssm.model.GetResourcePoliciesResponseEntry;

/// What is of a parameter as a whole; its versions stand by themselves.
///
/// @param latest the number of the newest version
/// @param labels which version each is on
record Head(
    long latest,
    Map<String, Long> labels,
    Map<String, String> tags,
    List<GetResourcePoliciesResponseEntry> policies) {
  private static final PojoCodec<GetResourcePoliciesResponseEntry> POLICY =
      new PojoCodec<>(GetResourcePoliciesResponseEntry::builder);

  static final Codec<Head> CODEC =
      Codec.of(
          1,
          (head, to) ->
              to.number(head.latest)
                  .list(head.labels.keySet(), BinaryWriter::string)
                  .list(head.labels.values(), BinaryWriter::number)
                  .strings(head.tags)
                  .list(head.policies, POLICY::write),
          from -> {
            var latest = from.number();
            var names = from.list(reader -> reader.string());
            var versions = from.list(reader -> reader.number());
            var labels = new LinkedHashMap<String, Long>();
            for (int i = 0; i < names.size(); i++) {
              labels.put(names.get(i), versions.get(i));
            }
            return new Head(latest, labels, from.strings(), from.list(POLICY::read));
          });

  Head {
    labels = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    tags = Map.copyOf(tags);
    policies = List.copyOf(policies);
  }

  /// The labels of a version.
  List<String> labels(long version) {
    var found = new TreeSet<String>();
    labels.forEach((label, on) -> {
      if (on == version) {
        found.add(label);
      }
    });
    return List.copyOf(found);
  }

  Head withLatest(long version) {
    return new Head(version, labels, tags, policies);
  }

  Head withLabels(Map<String, Long> replacement) {
    return new Head(latest, replacement, tags, policies);
  }

  Head withTags(Map<String, String> replacement) {
    return new Head(latest, labels, replacement, policies);
  }

  Head withPolicies(List<GetResourcePoliciesResponseEntry> replacement) {
    return new Head(latest, labels, tags, replacement);
  }
}
