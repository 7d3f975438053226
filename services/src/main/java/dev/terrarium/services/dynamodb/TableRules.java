package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.invalid;
import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.OnDemandThroughput;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.SSESpecification;
import software.amazon.awssdk.services.dynamodb.model.SSEType;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableClass;

/// What a table's definition must be like.
final class TableRules {
  static final int LOCAL_INDEXES_MAX = 5;
  static final int GLOBAL_INDEXES_MAX = 20;
  private static final int PROJECTED_MAX = 100;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]+");

  private TableRules() {}

  /// A new table's name.
  static void checkName(@Nullable String name) {
    if (name == null) {
      throw validation("The parameter 'TableName' is required but was not present in the request");
    } else if (name.startsWith("arn:")) {
      return;
    } else if (name.length() < 3 || name.length() > 255) {
      throw validation(
          "TableName must be at least 3 characters long and at most 255 characters long");
    } else if (!NAME.matcher(name).matches()) {
      new DynamoConstraints()
          .refuse(
              name, "tableName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
          .check();
    }
  }

  static void checkIndexName(@Nullable String name) {
    if (name == null || name.length() < 3 || name.length() > 255 || !NAME.matcher(name).matches()) {
      throw invalid(
          "Invalid table/index name.  Table/index names must be between 3 and 255 characters long,"
              + " and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'");
    }
  }

  static void check(CreateTableRequest request) {
    checkName(request.tableName());
    var constraints =
        new DynamoConstraints()
            .present("attributeDefinitions", request.hasAttributeDefinitions())
            .present("keySchema", request.hasKeySchema())
            .oneOf("billingMode", request.billingModeAsString(), "PROVISIONED", "PAY_PER_REQUEST");
    if (request.hasKeySchema()) {
      constraints.count("keySchema", request.keySchema(), 1, 2);
    }
    checkParts(constraints, request);
    constraints.check();
    checkClass(request.tableClass());
    checkThroughput(request.billingModeAsString(), request.provisionedThroughput());
    checkSchema(request.keySchema(), request.attributeDefinitions(), "KeySchema");
    checkLocal(request);
    checkGlobal(request);
    checkDefinitionsUsed(request);
    checkStream(
        request.streamSpecification(),
        "Table is being created with a stream enabled, UpdateViewType is required",
        "Table is being created with a stream disabled, UpdateViewType should not be specified");
    checkEncryption(request.sseSpecification());
    checkMaximum(
        request.billingMode() == BillingMode.PAY_PER_REQUEST, request.onDemandThroughput());
  }

  private static void checkParts(DynamoConstraints constraints, CreateTableRequest request) {
    int i = 1;
    for (var definition : request.attributeDefinitions()) {
      var at = "attributeDefinitions." + i++ + ".member.";
      constraints
          .required(at + "attributeName", definition.attributeName())
          .required(at + "attributeType", definition.attributeType())
          .oneOf(at + "attributeType", definition.attributeTypeAsString(), "B", "N", "S");
    }
    i = 1;
    for (var element : request.keySchema()) {
      var at = "keySchema." + i++ + ".member.";
      constraints
          .required(at + "attributeName", element.attributeName())
          .required(at + "keyType", element.keyType())
          .oneOf(at + "keyType", element.keyTypeAsString(), "HASH", "RANGE");
    }
    checkUnits(constraints, request.provisionedThroughput(), "provisionedThroughput");
  }

  static void checkUnits(
      DynamoConstraints constraints, @Nullable ProvisionedThroughput throughput, String at) {
    if (throughput != null) {
      constraints
          .required(at + ".readCapacityUnits", throughput.readCapacityUnits())
          .required(at + ".writeCapacityUnits", throughput.writeCapacityUnits())
          .atLeast(at + ".readCapacityUnits", throughput.readCapacityUnits(), 1)
          .atLeast(at + ".writeCapacityUnits", throughput.writeCapacityUnits(), 1);
    }
  }

  /// The number -1 stands for no maximum.
  private static void checkRange(String which, @Nullable Long units) {
    if (units != null && units < 1 && units != -1) {
      throw invalid(
          "Requested Max"
              + which
              + "RequestUnits for OnDemandThroughput for table is outside of valid range");
    }
  }

  static void checkClass(@Nullable TableClass wanted) {
    if (wanted == TableClass.UNKNOWN_TO_SDK_VERSION) {
      throw validation(
          "Invalid table-class parameter provided. Please try again with a valid table-class value:"
              + " [STANDARD, STANDARD_INFREQUENT_ACCESS].");
    }
  }

  private static void checkThroughput(
      @Nullable String mode, @Nullable ProvisionedThroughput throughput) {
    var onDemand = "PAY_PER_REQUEST".equals(mode);
    if (onDemand && throughput != null) {
      throw invalid(
          "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is"
              + " PAY_PER_REQUEST");
    } else if (!onDemand && throughput == null) {
      throw invalid(
          "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is"
              + " PROVISIONED");
    }
  }

  static void checkEncryption(@Nullable SSESpecification wanted) {
    if (wanted == null) {
      return;
    }
    if (!Boolean.TRUE.equals(wanted.enabled())) {
      if (wanted.sseType() != null) {
        throw invalid("SSEType can not be specified if Enabled is false");
      } else if (wanted.kmsMasterKeyId() != null) {
        throw invalid("KMSMasterKeyId can not be specified if Enabled is false");
      }
    } else if (wanted.sseType() == SSEType.AES256) {
      throw invalid("SSEType AES256 is not supported");
    }
  }

  /// The most that an on-demand table is to have.
  static void checkMaximum(boolean onDemand, @Nullable OnDemandThroughput wanted) {
    if (wanted == null) {
      return;
    } else if (onDemand) {
      checkRange("Read", wanted.maxReadRequestUnits());
      checkRange("Write", wanted.maxWriteRequestUnits());
      return;
    }
    var which = wanted.maxReadRequestUnits() == null ? "Write" : "Read";
    throw invalid(
        "Max"
            + which
            + "RequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is"
            + " PROVISIONED");
  }

  /// The keys of a table or index.
  static void checkSchema(
      List<KeySchemaElement> schema, List<AttributeDefinition> definitions, String what) {
    if (schema.getFirst().keyType() != KeyType.HASH) {
      throw validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    } else if (schema.size() == 2 && schema.get(1).keyType() != KeyType.RANGE) {
      throw validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
    } else if (schema.size() == 2
        && schema.get(0).attributeName().equals(schema.get(1).attributeName())) {
      throw validation(
          "Both the Hash Key and the Range Key element in the " + what + " have the same name");
    }
    var defined = new LinkedHashSet<String>();
    for (var definition : definitions) {
      if (!defined.add(definition.attributeName())) {
        throw validation("Attribute Name is duplicated: " + definition.attributeName());
      }
    }
    var keys = schema.stream().map(KeySchemaElement::attributeName).toList();
    if (!defined.containsAll(keys)) {
      throw what.equals("KeySchema") && defined.size() < keys.size()
          ? validation("Invalid KeySchema: Some index key attribute have no definition")
          : invalid(
              "Some index key attributes are not defined in AttributeDefinitions. Keys: "
                  + keys
                  + ", AttributeDefinitions: "
                  + defined);
    }
  }

  private static void checkLocal(CreateTableRequest request) {
    if (!request.hasLocalSecondaryIndexes()) {
      return;
    }
    var indexes = request.localSecondaryIndexes();
    if (indexes.isEmpty()) {
      throw invalid("List of LocalSecondaryIndexes is empty");
    } else if (request.keySchema().size() < 2) {
      throw invalid(
          "Table KeySchema does not have a range key, which is required when specifying a"
              + " LocalSecondaryIndex");
    } else if (indexes.size() > LOCAL_INDEXES_MAX) {
      throw invalid("Number of LocalSecondaryIndexes exceeds per-table limit of 5");
    }
    var names = new HashSet<String>();
    var tableHash = request.keySchema().getFirst().attributeName();
    for (var index : indexes) {
      checkIndex(index.indexName(), index.keySchema(), index.projection(), request, names);
      var hash = index.keySchema().getFirst().attributeName();
      if (index.keySchema().size() < 2) {
        throw invalid("Index KeySchema does not have a range key for index: " + index.indexName());
      } else if (!hash.equals(tableHash)) {
        throw invalid(
            "Index KeySchema does not have the same leading hash key as table KeySchema for index: "
                + index.indexName()
                + ". index hash key: "
                + hash
                + ", table hash key: "
                + tableHash);
      }
    }
  }

  private static void checkGlobal(CreateTableRequest request) {
    if (!request.hasGlobalSecondaryIndexes()) {
      return;
    }
    var indexes = request.globalSecondaryIndexes();
    if (indexes.isEmpty()) {
      throw invalid("List of GlobalSecondaryIndexes is empty");
    } else if (indexes.size() > GLOBAL_INDEXES_MAX) {
      throw invalid("GlobalSecondaryIndex count exceeds the per-table limit of 20");
    }
    var names = new HashSet<String>();
    request.localSecondaryIndexes().forEach(index -> names.add(index.indexName()));
    for (var index : indexes) {
      checkIndex(index.indexName(), index.keySchema(), index.projection(), request, names);
      var onDemand = request.billingMode() == BillingMode.PAY_PER_REQUEST;
      if (onDemand && index.provisionedThroughput() != null) {
        throw invalid(
            "ProvisionedThroughput should not be specified for index: "
                + index.indexName()
                + " when BillingMode is PAY_PER_REQUEST");
      } else if (!onDemand && index.provisionedThroughput() == null) {
        throw invalid("ProvisionedThroughput is not specified for index: " + index.indexName());
      }
    }
  }

  private static void checkIndex(
      @Nullable String name,
      List<KeySchemaElement> schema,
      @Nullable Projection projection,
      CreateTableRequest request,
      Set<String> names) {
    checkIndexName(name);
    if (schema.isEmpty()) {
      throw invalid("No Key Schema specified for index: " + name);
    }
    checkSchema(schema, request.attributeDefinitions(), "index KeySchema");
    if (!names.add(String.valueOf(name))) {
      throw invalid("Duplicate index name: " + name);
    }
    checkProjection(projection);
  }

  static void checkProjection(@Nullable Projection projection) {
    if (projection == null || projection.projectionType() == null) {
      throw invalid("Unknown ProjectionType: null");
    }
    var type = projection.projectionType();
    if (type == ProjectionType.UNKNOWN_TO_SDK_VERSION) {
      throw invalid("Unknown ProjectionType: " + projection.projectionTypeAsString());
    } else if (type == ProjectionType.INCLUDE && projection.nonKeyAttributes().isEmpty()) {
      throw invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
    } else if (type != ProjectionType.INCLUDE && !projection.nonKeyAttributes().isEmpty()) {
      throw invalid("ProjectionType is " + type + ", but NonKeyAttributes is specified");
    }
    var names = new HashSet<String>();
    for (var name : projection.nonKeyAttributes()) {
      if (!names.add(name)) {
        throw invalid("Duplicate element in NonKeyAttributes: " + name);
      }
    }
    if (projection.nonKeyAttributes().size() > PROJECTED_MAX) {
      throw invalid("Number of NonKeyAttributes exceeds per-index limit of 100");
    }
  }

  private static void checkDefinitionsUsed(CreateTableRequest request) {
    var used = new LinkedHashSet<String>();
    var schemas = new ArrayList<List<KeySchemaElement>>();
    schemas.add(request.keySchema());
    request.localSecondaryIndexes().stream()
        .map(LocalSecondaryIndex::keySchema)
        .forEach(schemas::add);
    request.globalSecondaryIndexes().stream()
        .map(GlobalSecondaryIndex::keySchema)
        .forEach(schemas::add);
    schemas.forEach(schema -> schema.forEach(element -> used.add(element.attributeName())));
    var defined =
        request.attributeDefinitions().stream().map(AttributeDefinition::attributeName).toList();
    if (used.size() != defined.size()) {
      throw schemas.size() == 1
          ? invalid(
              "Number of attributes in KeySchema does not exactly match number of attributes defined"
                  + " in AttributeDefinitions")
          : invalid(
              "Some AttributeDefinitions are not used. AttributeDefinitions: "
                  + defined
                  + ", keys used: "
                  + used);
    }
  }

  /// @param missing what is said if it is enabled without a view
  /// @param superfluous what is said if it is disabled with one
  static void checkStream(
      @Nullable StreamSpecification stream, String missing, String superfluous) {
    if (stream == null) {
      return;
    }
    if (stream.streamEnabled() == null) {
      new DynamoConstraints().present("streamSpecification.streamEnabled", false).check();
    }
    if (stream.streamEnabled()) {
      new DynamoConstraints()
          .oneOf(
              "streamSpecification.streamViewType",
              stream.streamViewTypeAsString(),
              "NEW_IMAGE",
              "OLD_IMAGE",
              "NEW_AND_OLD_IMAGES",
              "KEYS_ONLY")
          .check();
      if (stream.streamViewType() == null) {
        throw invalid(missing);
      }
    } else if (stream.streamViewType() != null) {
      throw invalid(superfluous);
    }
  }
}
