resource "aws_glue_catalog_database" "main" {
  name         = "${replace(var.name, "-", "_")}_db"
  description  = "Step ${var.step}"
  location_uri = "s3://somewhere/db"
  parameters   = { step = var.step }
  tags         = { step = var.step }
}

resource "aws_glue_catalog_table" "main" {
  name          = "events"
  database_name = aws_glue_catalog_database.main.name
  description   = "Step ${var.step}"
  owner         = "me"
  retention     = 7
  table_type    = "EXTERNAL_TABLE"
  parameters    = { EXTERNAL = "TRUE", classification = "parquet", step = var.step }
  partition_keys {
    name = "day"
    type = "date"
  }
  partition_keys {
    name    = "hour"
    type    = "int"
    comment = "of the day"
  }
  storage_descriptor {
    location      = "s3://somewhere/events"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
    ser_de_info {
      name                  = "parquet"
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
      parameters            = { "serialization.format" = 1 }
    }
    columns {
      name = "id"
      type = "string"
    }
    dynamic "columns" {
      for_each = local.second ? ["more"] : []
      content {
        name    = columns.value
        type    = "struct<a:int,b:array<string>>"
        comment = "since step 2"
      }
    }
    sort_columns {
      column     = "id"
      sort_order = 1
    }
    skewed_info {
      skewed_column_names               = ["id"]
      skewed_column_values              = ["1"]
      skewed_column_value_location_maps = { "1" = "s3://somewhere/skewed" }
    }
  }
}

resource "aws_glue_catalog_table" "view" {
  name               = "view"
  database_name      = aws_glue_catalog_database.main.name
  table_type         = "VIRTUAL_VIEW"
  view_original_text = "SELECT ${var.step}"
  view_expanded_text = "SELECT ${var.step}"
}

resource "aws_glue_partition" "main" {
  database_name    = aws_glue_catalog_database.main.name
  table_name       = aws_glue_catalog_table.main.name
  partition_values = ["2026-01-01", "7"]
  parameters       = { step = var.step }
  storage_descriptor {
    location = "s3://somewhere/events/day=2026-01-01/hour=7"
    columns {
      name = "id"
      type = "string"
    }
  }
}

resource "aws_glue_partition_index" "main" {
  database_name = aws_glue_catalog_database.main.name
  table_name    = aws_glue_catalog_table.main.name
  partition_index {
    index_name = "by_day"
    keys       = ["day"]
  }
}

resource "aws_glue_user_defined_function" "main" {
  name          = "twice"
  catalog_id    = aws_glue_catalog_database.main.catalog_id
  database_name = aws_glue_catalog_database.main.name
  class_name    = "example.Twice${var.step}"
  owner_name    = "me"
  owner_type    = "USER"
  resource_uris {
    resource_type = "JAR"
    uri           = "s3://somewhere/twice.jar"
  }
}

data "aws_caller_identity" "me" {}

resource "aws_glue_resource_policy" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
      Action    = local.second ? ["glue:GetTable", "glue:GetTables"] : ["glue:GetTable"]
      Resource  = "arn:aws:glue:us-east-1:${data.aws_caller_identity.me.account_id}:*"
    }]
  })
}

resource "aws_glue_data_catalog_encryption_settings" "main" {
  data_catalog_encryption_settings {
    connection_password_encryption {
      return_connection_password_encrypted = local.second
      aws_kms_key_id                       = local.second ? "arn:aws:kms:us-east-1:${data.aws_caller_identity.me.account_id}:key/00000000-0000-0000-0000-000000000000" : null
    }
    encryption_at_rest {
      catalog_encryption_mode = "DISABLED"
    }
  }
}

data "aws_glue_catalog_table" "main" {
  name          = aws_glue_catalog_table.main.name
  database_name = aws_glue_catalog_database.main.name
}

resource "aws_glue_registry" "main" {
  registry_name = var.name
  description   = "Step ${var.step}"
  tags          = { step = var.step }
}

resource "aws_glue_schema" "main" {
  schema_name   = "events"
  registry_arn  = aws_glue_registry.main.arn
  data_format   = "AVRO"
  compatibility = local.second ? "FULL" : "BACKWARD"
  description   = "Step ${var.step}"
  tags          = { step = var.step }
  schema_definition = jsonencode({
    type = "record"
    name = "Event"
    fields = local.second ? [
      { name = "id", type = "string", default = "" },
      { name = "more", type = "int", default = 1 },
    ] : [{ name = "id", type = "string", default = "" }]
  })
}
