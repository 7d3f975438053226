package dev.terrarium.services.dynamodb;

import com.amazon.ion.IonException;
import com.amazon.ion.IonReader;
import com.amazon.ion.IonType;
import com.amazon.ion.system.IonReaderBuilder;
import dev.terrarium.services.dynamodb.value.InvalidValueException;
import dev.terrarium.services.dynamodb.value.ItemIon;
import java.io.IOException;
import java.io.InputStream;

/// Reads the items of an import's object in Amazon Ion, text or binary: structs with an `Item`, on
/// their own or in lists.
///
/// @param lines told of items, and of what is none
record ImportIon(ImportLines lines) {
  void read(InputStream in) throws IOException {
    try (var reader = IonReaderBuilder.standard().build(in)) {
      read(reader);
    } catch (IonException e) {
      if (e.getCause() instanceof IOException unreadable) {
        throw unreadable;
      }
      // Nothing after it can be told apart.
      lines.errors.accept(String.valueOf(e.getMessage()));
    }
  }

  private void read(IonReader reader) {
    var depth = reader.getDepth();
    for (var type = reader.next(); type != null; type = reader.next()) {
      if (type == IonType.LIST && depth == 0 && !reader.isNullValue()) {
        reader.stepIn();
        read(reader);
        reader.stepOut();
        continue;
      }
      try {
        readOne(reader);
      } catch (InvalidValueException e) {
        lines.errors.accept(String.valueOf(e.getMessage()));
      }
      while (reader.getDepth() > depth) {
        reader.stepOut();
      }
    }
  }

  private void readOne(IonReader reader) {
    if (reader.getType() == IonType.STRUCT && !reader.isNullValue()) {
      reader.stepIn();
      while (reader.next() != null) {
        if ("Item".equals(reader.getFieldName())) {
          lines.items.accept(ItemIon.read(reader));
          return;
        }
      }
    }
    lines.errors.accept("A value has no \"Item\"");
  }
}
