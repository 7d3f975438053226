package dev.terrarium.wire.codec;

import software.amazon.awssdk.core.protocol.MarshallingType;

/// The SDK's marshalling types as something that can be switched over.
enum Kind {
  STRING,
  INTEGER,
  LONG,
  SHORT,
  BYTE,
  FLOAT,
  DOUBLE,
  BIG_DECIMAL,
  BOOLEAN,
  INSTANT,
  BYTES,
  STRUCTURE,
  LIST,
  MAP,
  DOCUMENT;

  static Kind of(MarshallingType<?> type) {
    if (type == MarshallingType.STRING) {
      return STRING;
    } else if (type == MarshallingType.INTEGER) {
      return INTEGER;
    } else if (type == MarshallingType.LONG) {
      return LONG;
    } else if (type == MarshallingType.SHORT) {
      return SHORT;
    } else if (type == MarshallingType.BYTE) {
      return BYTE;
    } else if (type == MarshallingType.FLOAT) {
      return FLOAT;
    } else if (type == MarshallingType.DOUBLE) {
      return DOUBLE;
    } else if (type == MarshallingType.BIG_DECIMAL) {
      return BIG_DECIMAL;
    } else if (type == MarshallingType.BOOLEAN) {
      return BOOLEAN;
    } else if (type == MarshallingType.INSTANT) {
      return INSTANT;
    } else if (type == MarshallingType.SDK_BYTES) {
      return BYTES;
    } else if (type == MarshallingType.SDK_POJO) {
      return STRUCTURE;
    } else if (type == MarshallingType.LIST) {
      return LIST;
    } else if (type == MarshallingType.MAP) {
      return MAP;
    } else if (type == MarshallingType.DOCUMENT) {
      return DOCUMENT;
    }
    throw new IllegalStateException("No codec for " + type);
  }
}
