package dev.terrarium.services.iam;

import dev.terrarium.services.iam.IamStore.Named;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.AddClientIdToOpenIdConnectProviderRequest;
import software.amazon.awssdk.services.iam.model.AddClientIdToOpenIdConnectProviderResponse;
import software.amazon.awssdk.services.iam.model.CreateOpenIdConnectProviderRequest;
import software.amazon.awssdk.services.iam.model.CreateOpenIdConnectProviderResponse;
import software.amazon.awssdk.services.iam.model.CreateSamlProviderRequest;
import software.amazon.awssdk.services.iam.model.CreateSamlProviderResponse;
import software.amazon.awssdk.services.iam.model.DeleteOpenIdConnectProviderRequest;
import software.amazon.awssdk.services.iam.model.DeleteOpenIdConnectProviderResponse;
import software.amazon.awssdk.services.iam.model.DeleteSamlProviderRequest;
import software.amazon.awssdk.services.iam.model.DeleteSamlProviderResponse;
import software.amazon.awssdk.services.iam.model.GetOpenIdConnectProviderRequest;
import software.amazon.awssdk.services.iam.model.GetOpenIdConnectProviderResponse;
import software.amazon.awssdk.services.iam.model.GetSamlProviderRequest;
import software.amazon.awssdk.services.iam.model.GetSamlProviderResponse;
import software.amazon.awssdk.services.iam.model.ListOpenIdConnectProvidersRequest;
import software.amazon.awssdk.services.iam.model.ListOpenIdConnectProvidersResponse;
import software.amazon.awssdk.services.iam.model.ListSamlProvidersRequest;
import software.amazon.awssdk.services.iam.model.ListSamlProvidersResponse;
import software.amazon.awssdk.services.iam.model.OpenIDConnectProviderListEntry;
import software.amazon.awssdk.services.iam.model.RemoveClientIdFromOpenIdConnectProviderRequest;
import software.amazon.awssdk.services.iam.model.RemoveClientIdFromOpenIdConnectProviderResponse;
import software.amazon.awssdk.services.iam.model.SAMLProviderListEntry;
import software.amazon.awssdk.services.iam.model.UpdateOpenIdConnectProviderThumbprintRequest;
import software.amazon.awssdk.services.iam.model.UpdateOpenIdConnectProviderThumbprintResponse;

/// Identity providers: OpenID Connect and SAML.
final class IamProviders implements IamPart {
  private static final String OIDC = "oidc ";
  private static final String SAML = "saml ";
  private static final int SAML_DOCUMENT_LENGTH_MIN = 1000;

  private final IamStore store;
  private final PojoText<GetOpenIdConnectProviderResponse> oidc =
      new PojoText<>(GetOpenIdConnectProviderResponse::builder);
  private final PojoText<GetSamlProviderResponse> saml =
      new PojoText<>(GetSamlProviderResponse::builder);

  IamProviders(IamStore store) {
    this.store = store;
  }

  @Override
  public CreateOpenIdConnectProviderResponse createOpenIDConnectProvider(
      CreateOpenIdConnectProviderRequest request) {
    var url = Check.required(request.url(), "url");
    if (!url.startsWith("https://")) {
      throw IamErrors.validation("Invalid Open ID Connect Provider URL");
    }
    var host = url.substring("https://".length());
    var arn = IamStore.arn("oidc-provider", "/", host.replaceAll("/$", ""));
    var provider =
        GetOpenIdConnectProviderResponse.builder()
            .url(host)
            .clientIDList(request.clientIDList())
            .thumbprintList(request.thumbprintList())
            .createDate(store.now())
            .tags(Check.tags(request.tags()))
            .build();
    store.change(batch -> {
      var key = key(OIDC, arn);
      if (store.settings.contains(key)) {
        throw IamErrors.alreadyExists("Provider with url " + url + " already exists.");
      }
      store.settings.put(batch, key, oidc.write(provider));
      return arn;
    });
    return CreateOpenIdConnectProviderResponse.builder()
        .openIDConnectProviderArn(arn)
        .tags(request.tags())
        .build();
  }

  @Override
  public GetOpenIdConnectProviderResponse getOpenIDConnectProvider(
      GetOpenIdConnectProviderRequest request) {
    return existingOidc(request.openIDConnectProviderArn());
  }

  @Override
  public ListOpenIdConnectProvidersResponse listOpenIDConnectProviders(
      ListOpenIdConnectProvidersRequest request) {
    return ListOpenIdConnectProvidersResponse.builder()
        .openIDConnectProviderList(
            arns(OIDC).stream()
                .map(arn -> OpenIDConnectProviderListEntry.builder().arn(arn).build())
                .toList())
        .build();
  }

  @Override
  public AddClientIdToOpenIdConnectProviderResponse addClientIDToOpenIDConnectProvider(
      AddClientIdToOpenIdConnectProviderRequest request) {
    modifyOidc(
        request.openIDConnectProviderArn(),
        provider -> {
          var ids = new LinkedHashSet<>(provider.clientIDList());
          ids.add(Check.required(request.clientID(), "clientID"));
          return provider.toBuilder().clientIDList(ids).build();
        });
    return AddClientIdToOpenIdConnectProviderResponse.builder().build();
  }

  @Override
  public RemoveClientIdFromOpenIdConnectProviderResponse removeClientIDFromOpenIDConnectProvider(
      RemoveClientIdFromOpenIdConnectProviderRequest request) {
    modifyOidc(
        request.openIDConnectProviderArn(),
        provider -> {
          var ids = new LinkedHashSet<>(provider.clientIDList());
          ids.remove(Check.required(request.clientID(), "clientID"));
          return provider.toBuilder().clientIDList(ids).build();
        });
    return RemoveClientIdFromOpenIdConnectProviderResponse.builder().build();
  }

  @Override
  public UpdateOpenIdConnectProviderThumbprintResponse updateOpenIDConnectProviderThumbprint(
      UpdateOpenIdConnectProviderThumbprintRequest request) {
    modifyOidc(
        request.openIDConnectProviderArn(),
        provider -> provider.toBuilder().thumbprintList(request.thumbprintList()).build());
    return UpdateOpenIdConnectProviderThumbprintResponse.builder().build();
  }

  @Override
  public DeleteOpenIdConnectProviderResponse deleteOpenIDConnectProvider(
      DeleteOpenIdConnectProviderRequest request) {
    var arn = Check.required(request.openIDConnectProviderArn(), "openIDConnectProviderArn");
    store.change(batch -> {
      existingOidc(arn);
      store.settings.delete(batch, key(OIDC, arn));
      return arn;
    });
    return DeleteOpenIdConnectProviderResponse.builder().build();
  }

  @Override
  public CreateSamlProviderResponse createSAMLProvider(CreateSamlProviderRequest request) {
    var name = Check.name(request.name(), "name", 128);
    var document = Check.required(request.samlMetadataDocument(), "SAMLMetadataDocument");
    Check.length(document, "SAMLMetadataDocument", SAML_DOCUMENT_LENGTH_MIN, 10_000_000);
    var arn = IamStore.arn("saml-provider", "/", name);
    var provider =
        GetSamlProviderResponse.builder()
            .samlMetadataDocument(document)
            .createDate(store.now())
            .validUntil(store.now().plus(Duration.ofDays(36500)))
            .tags(Check.tags(request.tags()))
            .build();
    store.change(batch -> {
      if (store.settings.contains(key(SAML, arn))) {
        throw IamErrors.alreadyExists("SAMLProvider " + name + " already exists.");
      }
      store.settings.put(batch, key(SAML, arn), saml.write(provider));
      return arn;
    });
    return CreateSamlProviderResponse.builder().samlProviderArn(arn).tags(request.tags()).build();
  }

  @Override
  public GetSamlProviderResponse getSAMLProvider(GetSamlProviderRequest request) {
    return existingSaml(request.samlProviderArn());
  }

  @Override
  public ListSamlProvidersResponse listSAMLProviders(ListSamlProvidersRequest request) {
    return ListSamlProvidersResponse.builder()
        .samlProviderList(
            arns(SAML).stream()
                .map(arn ->
                    SAMLProviderListEntry.builder()
                        .arn(arn)
                        .createDate(existingSaml(arn).createDate())
                        .validUntil(existingSaml(arn).validUntil())
                        .build())
                .toList())
        .build();
  }

  @Override
  public DeleteSamlProviderResponse deleteSAMLProvider(DeleteSamlProviderRequest request) {
    var arn = Check.required(request.samlProviderArn(), "SAMLProviderArn");
    store.change(batch -> {
      existingSaml(arn);
      store.settings.delete(batch, key(SAML, arn));
      return arn;
    });
    return DeleteSamlProviderResponse.builder().build();
  }

  private void modifyOidc(
      @Nullable String arn, UnaryOperator<GetOpenIdConnectProviderResponse> change) {
    store.change(batch -> {
      var changed = change.apply(existingOidc(arn));
      store.settings.put(batch, key(OIDC, Objects.requireNonNull(arn)), oidc.write(changed));
      return changed;
    });
  }

  private GetOpenIdConnectProviderResponse existingOidc(@Nullable String given) {
    var arn = Check.required(given, "openIDConnectProviderArn");
    var text = store.settings.get(key(OIDC, arn));
    if (text == null) {
      throw IamErrors.noSuchEntity("OpenIDConnect Provider not found for arn " + arn);
    }
    return oidc.read(text);
  }

  private GetSamlProviderResponse existingSaml(@Nullable String given) {
    var arn = Check.required(given, "SAMLProviderArn");
    var text = store.settings.get(key(SAML, arn));
    if (text == null) {
      throw IamErrors.noSuchEntity("SAMLProvider not found for arn " + arn);
    }
    return saml.read(text);
  }

  private List<String> arns(String kind) {
    var found = new ArrayList<String>();
    store.settings.scan(
        (key, value) -> {
          if (key.name().startsWith(kind)) {
            found.add(key.name().substring(kind.length()));
          }
          return true;
        },
        IamStore.account());
    return found;
  }

  private static Named key(String kind, String arn) {
    return new Named(IamStore.account(), kind + arn);
  }
}
