package dev.terrarium.conformance.vectors;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.smithy.model.Model;
import software.amazon.smithy.model.knowledge.EventStreamIndex;
import software.amazon.smithy.model.knowledge.TopDownIndex;
import software.amazon.smithy.model.node.ExpectationNotMetException;
import software.amazon.smithy.model.shapes.MemberShape;
import software.amazon.smithy.model.shapes.OperationShape;
import software.amazon.smithy.model.shapes.ServiceShape;
import software.amazon.smithy.model.shapes.Shape;
import software.amazon.smithy.model.shapes.ShapeId;
import software.amazon.smithy.model.shapes.StructureShape;
import software.amazon.smithy.model.traits.StreamingTrait;
import software.amazon.smithy.protocoltests.traits.AppliesTo;
import software.amazon.smithy.protocoltests.traits.HttpMalformedRequestTestCase;
import software.amazon.smithy.protocoltests.traits.HttpMalformedRequestTestsTrait;
import software.amazon.smithy.protocoltests.traits.HttpMessageTestCase;
import software.amazon.smithy.protocoltests.traits.HttpRequestTestCase;
import software.amazon.smithy.protocoltests.traits.HttpRequestTestsTrait;
import software.amazon.smithy.protocoltests.traits.HttpResponseTestCase;
import software.amazon.smithy.protocoltests.traits.HttpResponseTestsTrait;

/// One of the services of Smithy's protocol tests, with the vectors that are for servers.
final class SmithyService {
  /// A vector: what it is called, which operation it is about, what it says.
  ///
  /// @param error whose vector it is, if it is about an error
  record Vector<T>(String id, OperationShape operation, Optional<StructureShape> error, T test) {}

  private static final List<String> PROTOCOLS =
      List.of(
          "aws.protocols#awsJson1_0",
          "aws.protocols#awsJson1_1",
          "aws.protocols#awsQuery",
          "aws.protocols#ec2Query",
          "aws.protocols#restJson1",
          "aws.protocols#restXml",
          "smithy.protocols#rpcv2Cbor");

  private final Model model;
  private final ServiceShape shape;
  private final String name;
  private final ShapeId protocol;
  private final List<OperationShape> operations;
  private Generator.Generated generated;

  private SmithyService(Model model, ServiceShape shape, String name, ShapeId protocol) {
    this.model = model;
    this.shape = shape;
    this.name = name;
    this.protocol = protocol;
    var events = EventStreamIndex.of(model);
    this.operations =
        TopDownIndex.of(model).getContainedOperations(shape).stream()
            .filter(o -> events.getInputInfo(o).isEmpty() && events.getOutputInfo(o).isEmpty())
            .toList();
  }

  /// Every service that has vectors for servers.
  static List<SmithyService> all() {
    var model =
        Model.assembler().discoverModels(SmithyService.class.getClassLoader()).assemble().unwrap();
    var found = new ArrayList<SmithyService>();
    for (var protocol : PROTOCOLS) {
      model.getServiceShapes().stream()
          .filter(service -> service.hasTrait(protocol))
          .sorted()
          .map(service -> {
            var id = ShapeId.from(protocol);
            // Terrarium does for S3 what it does for no other service.
            var isS3 = service.getId().getName().equals("AmazonS3");
            var own = id.getName().toLowerCase(java.util.Locale.ROOT).replace("_", "");
            return new SmithyService(model, service, isS3 ? "s3" : own, id);
          })
          .forEach(service -> {
            if (service.requests().size() + service.responses().size() + service.malformed().size()
                > 0) {
              found.add(
                  new SmithyService(
                      model,
                      service.shape,
                      service.name.equals("s3") ? "s3" : service.name + found.size(),
                      service.protocol));
            }
          });
    }
    return found;
  }

  Model model() {
    return model;
  }

  ServiceShape shape() {
    return shape;
  }

  /// Unique, and good for a package's name.
  String name() {
    return name;
  }

  /// `awsJson1_0`, `restXml` …
  String protocol() {
    return protocol.getName();
  }

  boolean rest() {
    return protocol().startsWith("rest");
  }

  boolean ec2() {
    return protocol().equals("ec2Query");
  }

  List<OperationShape> operations() {
    return operations;
  }

  Shape shape(ShapeId id) {
    return model.expectShape(id);
  }

  Shape target(MemberShape member) {
    return model.expectShape(member.getTarget());
  }

  StructureShape input(OperationShape operation) {
    return model.expectShape(operation.getInputShape(), StructureShape.class);
  }

  StructureShape output(OperationShape operation) {
    return model.expectShape(operation.getOutputShape(), StructureShape.class);
  }

  /// The member that streams, if any.
  Optional<MemberShape> stream(StructureShape structure) {
    return structure.members().stream()
        .filter(member -> target(member).hasTrait(StreamingTrait.class))
        .findAny();
  }

  void generated(Generator.Generated classes) {
    this.generated = classes;
  }

  Generator.Generated generated() {
    return generated;
  }

  List<Vector<HttpRequestTestCase>> requests() {
    return vectors(operation ->
        operation
            .getTrait(HttpRequestTestsTrait.class)
            .map(trait -> trait.getTestCasesFor(AppliesTo.SERVER))
            .orElse(List.of())
            .stream()
            .filter(this::ofProtocol)
            .map(test -> new Vector<>(test.getId(), operation, Optional.empty(), test))
            .toList());
  }

  List<Vector<HttpResponseTestCase>> responses() {
    return vectors(operation -> {
      var found = new ArrayList<Vector<HttpResponseTestCase>>();
      of(operation, operation, Optional.empty(), found);
      for (var id : operation.getErrors(shape)) {
        var error = model.expectShape(id, StructureShape.class);
        of(error, operation, Optional.of(error), found);
      }
      return found;
    });
  }

  private void of(
      Shape bearer,
      OperationShape operation,
      Optional<StructureShape> error,
      List<Vector<HttpResponseTestCase>> found) {
    bearer
        .getTrait(HttpResponseTestsTrait.class)
        .map(trait -> trait.getTestCasesFor(AppliesTo.SERVER))
        .orElse(List.of())
        .stream()
        .filter(this::ofProtocol)
        .forEach(test -> found.add(new Vector<>(test.getId(), operation, error, test)));
  }

  List<Vector<HttpMalformedRequestTestCase>> malformed() {
    return vectors(operation ->
        operation
            .getTrait(HttpMalformedRequestTestsTrait.class)
            .map(HttpMalformedRequestTestsTrait::getTestCases)
            .orElse(List.of())
            .stream()
            .filter(test -> test.getProtocol().equals(protocol))
            .map(test -> new Vector<>(test.getId(), operation, Optional.empty(), test))
            .toList());
  }

  private boolean ofProtocol(HttpMessageTestCase test) {
    return test.getProtocol().equals(protocol);
  }

  private <T> List<Vector<T>> vectors(Function<OperationShape, List<Vector<T>>> of) {
    try {
      return operations.stream().flatMap(operation -> of.apply(operation).stream()).toList();
    } catch (ExpectationNotMetException e) {
      throw new IllegalStateException(shape.getId().toString(), e);
    }
  }
}
