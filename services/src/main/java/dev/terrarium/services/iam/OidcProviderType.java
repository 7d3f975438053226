package dev.terrarium.services.iam;

import static dev.terrarium.services.iam.IamResourceTypes.change;
import static dev.terrarium.services.iam.IamResourceTypes.ifThere;
import static dev.terrarium.services.iam.IamResourceTypes.tags;
import static dev.terrarium.services.iam.IamResourceTypes.text;
import static dev.terrarium.services.iam.IamResourceTypes.texts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.iam.IamClient;

/// `AWS::IAM::OIDCProvider`.
final class OidcProviderType implements ResourceType {
  private final IamClient iam;

  OidcProviderType(IamClient iam) {
    this.iam = iam;
  }

  @Override
  public String name() {
    return "AWS::IAM::OIDCProvider";
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("ClientIdList"),
        Property.of("Tags"),
        Property.of("ThumbprintList"),
        Property.of("Url").replacing());
  }

  @Override
  public Resource create(Request request) {
    var p = request.properties();
    var arn =
        iam.createOpenIDConnectProvider(c ->
                c.url(text(p, "Url"))
                    .clientIDList(texts(p, "ClientIdList"))
                    .thumbprintList(texts(p, "ThumbprintList"))
                    .tags(tags(request)))
            .openIDConnectProviderArn();
    return IamResourceTypes.resource(arn, Map.of("Arn", arn));
  }

  @Override
  public Reading reading() {
    return new IamReadings(iam).oidcProvider();
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    var p = request.properties();
    var arn = current.physicalId();
    change(
        texts(previous, "ClientIdList"),
        texts(p, "ClientIdList"),
        id ->
            iam.removeClientIDFromOpenIDConnectProvider(
                r -> r.openIDConnectProviderArn(arn).clientID(id)),
        id ->
            iam.addClientIDToOpenIDConnectProvider(
                a -> a.openIDConnectProviderArn(arn).clientID(id)));
    if (p.has("ThumbprintList")) {
      iam.updateOpenIDConnectProviderThumbprint(
          u -> u.openIDConnectProviderArn(arn).thumbprintList(texts(p, "ThumbprintList")));
    }
    IdentityType.changeTags(
        iam.getOpenIDConnectProvider(g -> g.openIDConnectProviderArn(arn)).tags(),
        tags(request),
        gone -> iam.untagOpenIDConnectProvider(u -> u.openIDConnectProviderArn(arn).tagKeys(gone)),
        now -> iam.tagOpenIDConnectProvider(t -> t.openIDConnectProviderArn(arn).tags(now)));
    return current;
  }

  @Override
  public void delete(Request request, Resource current) {
    ifThere(() ->
        iam.deleteOpenIDConnectProvider(d -> d.openIDConnectProviderArn(current.physicalId())));
  }
}
