package dev.terrarium.services.iam;

import dev.terrarium.services.iam.IamStore.Named;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.*;

/// The tags of identity providers, and new metadata for SAML ones.
final class IamProviderTags implements IamPart {
  private final IamStore store;
  private final PojoText<GetOpenIdConnectProviderResponse> oidc =
      new PojoText<>(GetOpenIdConnectProviderResponse::builder);
  private final PojoText<GetSamlProviderResponse> saml =
      new PojoText<>(GetSamlProviderResponse::builder);

  IamProviderTags(IamStore store) {
    this.store = store;
  }

  private static Named oidcKey(@Nullable String arn) {
    return new Named(IamStore.account(), "oidc " + Check.required(arn, "openIDConnectProviderArn"));
  }

  private static Named samlKey(@Nullable String arn) {
    return new Named(IamStore.account(), "saml " + Check.required(arn, "SAMLProviderArn"));
  }

  private GetOpenIdConnectProviderResponse oidc(@Nullable String arn) {
    var text = store.settings.get(oidcKey(arn));
    if (text == null) {
      throw IamErrors.noSuchEntity("OpenIDConnect Provider not found for arn " + arn);
    }
    return oidc.read(text);
  }

  private GetSamlProviderResponse saml(@Nullable String arn) {
    var text = store.settings.get(samlKey(arn));
    if (text == null) {
      throw IamErrors.noSuchEntity("SAMLProvider not found for arn " + arn);
    }
    return saml.read(text);
  }

  private void retagOidc(@Nullable String arn, UnaryOperator<List<Tag>> change) {
    store.change(batch -> {
      var there = oidc(arn);
      var changed = there.toBuilder().tags(change.apply(there.tags())).build();
      store.settings.put(batch, oidcKey(arn), oidc.write(changed));
      return changed;
    });
  }

  private void changeSaml(@Nullable String arn, UnaryOperator<GetSamlProviderResponse> change) {
    store.change(batch -> {
      var changed = change.apply(saml(arn));
      store.settings.put(batch, samlKey(arn), saml.write(changed));
      return changed;
    });
  }

  @Override
  public TagOpenIdConnectProviderResponse tagOpenIDConnectProvider(
      TagOpenIdConnectProviderRequest request) {
    retagOidc(request.openIDConnectProviderArn(), tags -> Tags.with(tags, request.tags()));
    return TagOpenIdConnectProviderResponse.builder().build();
  }

  @Override
  public UntagOpenIdConnectProviderResponse untagOpenIDConnectProvider(
      UntagOpenIdConnectProviderRequest request) {
    retagOidc(request.openIDConnectProviderArn(), tags -> Tags.without(tags, request.tagKeys()));
    return UntagOpenIdConnectProviderResponse.builder().build();
  }

  @Override
  public ListOpenIdConnectProviderTagsResponse listOpenIDConnectProviderTags(
      ListOpenIdConnectProviderTagsRequest request) {
    var tags = oidc(request.openIDConnectProviderArn()).tags();
    var page = Paging.of(tags, Tag::key, request.marker(), request.maxItems());
    return ListOpenIdConnectProviderTagsResponse.builder()
        .tags(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  @Override
  public TagSamlProviderResponse tagSAMLProvider(TagSamlProviderRequest request) {
    changeSaml(
        request.samlProviderArn(),
        provider -> provider.toBuilder().tags(Tags.with(provider.tags(), request.tags())).build());
    return TagSamlProviderResponse.builder().build();
  }

  @Override
  public UntagSamlProviderResponse untagSAMLProvider(UntagSamlProviderRequest request) {
    changeSaml(
        request.samlProviderArn(),
        provider ->
            provider.toBuilder().tags(Tags.without(provider.tags(), request.tagKeys())).build());
    return UntagSamlProviderResponse.builder().build();
  }

  @Override
  public ListSamlProviderTagsResponse listSAMLProviderTags(ListSamlProviderTagsRequest request) {
    var tags = saml(request.samlProviderArn()).tags();
    var page = Paging.of(tags, Tag::key, request.marker(), request.maxItems());
    return ListSamlProviderTagsResponse.builder()
        .tags(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  @Override
  public UpdateSamlProviderResponse updateSAMLProvider(UpdateSamlProviderRequest request) {
    if (request.addPrivateKey() != null || request.removePrivateKey() != null) {
      throw dev.terrarium.kernel.Errors.notImplemented("iam", "UpdateSAMLProvider with keys");
    }
    changeSaml(
        request.samlProviderArn(),
        provider ->
            request.samlMetadataDocument() == null
                ? provider
                : provider.toBuilder()
                    .samlMetadataDocument(request.samlMetadataDocument())
                    .build());
    return UpdateSamlProviderResponse.builder().samlProviderArn(request.samlProviderArn()).build();
  }
}
