package dev.terrarium.services.iam;

import static dev.terrarium.services.iam.IamResourceTypes.ifThere;
import static dev.terrarium.services.iam.IamResourceTypes.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.function.Consumer;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.Tag;

/// A user, a group or a role as CloudFormation makes it: first the thing, then what hangs on it.
abstract class IdentityType implements ResourceType {
  final IamClient iam;
  private final String nameProperty;
  private final int nameLengthMax;

  IdentityType(IamClient iam, String nameProperty, int nameLengthMax) {
    this.iam = iam;
    this.nameProperty = nameProperty;
    this.nameLengthMax = nameLengthMax;
  }

  /// Makes it, with nothing on it.
  abstract void make(String name, Request request);

  /// Turns what hung on it before into what hangs on it now.
  abstract void apply(String name, ObjectNode before, ObjectNode now);

  /// Takes it away; nothing hangs on it any more.
  abstract void remove(String name);

  abstract Resource describe(String name);

  @Override
  public final Resource create(Request request) {
    var name = nameOf(request);
    make(name, request);
    apply(name, Json.object(), request.properties());
    return describe(name);
  }

  @Override
  public final Resource createAgain(Request request) {
    try {
      return create(request);
    } catch (EntityAlreadyExistsException e) {
      var name = nameOf(request);
      apply(name, Json.object(), request.properties());
      return describe(name);
    }
  }

  @Override
  public final void delete(Request request, Resource current) {
    var name = current.physicalId();
    ifThere(() -> {
      apply(name, request.properties(), Json.object());
      remove(name);
    });
  }

  /// Makes the tags that are there the ones that the template wants.
  static void changeTags(
      List<Tag> present, List<Tag> wanted, Consumer<List<String>> remove, Consumer<List<Tag>> set) {
    var gone =
        present.stream()
            .map(Tag::key)
            .filter(key -> wanted.stream().noneMatch(tag -> tag.key().equals(key)))
            .toList();
    if (!gone.isEmpty()) {
      remove.accept(gone);
    }
    if (!wanted.isEmpty()) {
      set.accept(wanted);
    }
  }

  private String nameOf(Request request) {
    return text(request.properties(), nameProperty, request.generatedName(nameLengthMax));
  }
}
