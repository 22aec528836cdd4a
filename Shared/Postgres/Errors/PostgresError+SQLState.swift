// The constants are generated from PostgreSQL 15's errcodes.txt; where two codes share a name, the first has it.

extension PostgresError {
    /// The server's five-character error code. Functions may raise codes of their own, such as `SN409`.
    public struct SQLState: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        public var description: String { rawValue }

        /// A code that one of our own database functions raises.
        public static func raised(_ code: String) -> SQLState { SQLState(rawValue: code) }
    }
}

extension PostgresError.SQLState {
    // Class 03 - SQL Statement Not Yet Complete
    /// `sql_statement_not_yet_complete`
    public static let sqlStatementNotYetComplete = Self(rawValue: "03000")

    // Class 08 - Connection Exception
    /// `connection_exception`
    public static let connectionException = Self(rawValue: "08000")
    /// `connection_does_not_exist`
    public static let connectionDoesNotExist = Self(rawValue: "08003")
    /// `connection_failure`
    public static let connectionFailure = Self(rawValue: "08006")
    /// `sqlclient_unable_to_establish_sqlconnection`
    public static let sqlclientUnableToEstablishSqlconnection = Self(rawValue: "08001")
    /// `sqlserver_rejected_establishment_of_sqlconnection`
    public static let sqlserverRejectedEstablishmentOfSqlconnection = Self(rawValue: "08004")
    /// `transaction_resolution_unknown`
    public static let transactionResolutionUnknown = Self(rawValue: "08007")
    /// `protocol_violation`
    public static let protocolViolation = Self(rawValue: "08P01")

    // Class 09 - Triggered Action Exception
    /// `triggered_action_exception`
    public static let triggeredActionException = Self(rawValue: "09000")

    // Class 0A - Feature Not Supported
    /// `feature_not_supported`
    public static let featureNotSupported = Self(rawValue: "0A000")

    // Class 0B - Invalid Transaction Initiation
    /// `invalid_transaction_initiation`
    public static let invalidTransactionInitiation = Self(rawValue: "0B000")

    // Class 0F - Locator Exception
    /// `locator_exception`
    public static let locatorException = Self(rawValue: "0F000")
    /// `invalid_locator_specification`
    public static let invalidLocatorSpecification = Self(rawValue: "0F001")

    // Class 0L - Invalid Grantor
    /// `invalid_grantor`
    public static let invalidGrantor = Self(rawValue: "0L000")
    /// `invalid_grant_operation`
    public static let invalidGrantOperation = Self(rawValue: "0LP01")

    // Class 0P - Invalid Role Specification
    /// `invalid_role_specification`
    public static let invalidRoleSpecification = Self(rawValue: "0P000")

    // Class 0Z - Diagnostics Exception
    /// `diagnostics_exception`
    public static let diagnosticsException = Self(rawValue: "0Z000")
    /// `stacked_diagnostics_accessed_without_active_handler`
    public static let stackedDiagnosticsAccessedWithoutActiveHandler = Self(rawValue: "0Z002")

    // Class 20 - Case Not Found
    /// `case_not_found`
    public static let caseNotFound = Self(rawValue: "20000")

    // Class 21 - Cardinality Violation
    /// `cardinality_violation`
    public static let cardinalityViolation = Self(rawValue: "21000")

    // Class 22 - Data Exception
    /// `data_exception`
    public static let dataException = Self(rawValue: "22000")
    /// `array_subscript_error`
    public static let arraySubscriptError = Self(rawValue: "2202E")
    /// `character_not_in_repertoire`
    public static let characterNotInRepertoire = Self(rawValue: "22021")
    /// `datetime_field_overflow`
    public static let datetimeFieldOverflow = Self(rawValue: "22008")
    /// `division_by_zero`
    public static let divisionByZero = Self(rawValue: "22012")
    /// `error_in_assignment`
    public static let errorInAssignment = Self(rawValue: "22005")
    /// `escape_character_conflict`
    public static let escapeCharacterConflict = Self(rawValue: "2200B")
    /// `indicator_overflow`
    public static let indicatorOverflow = Self(rawValue: "22022")
    /// `interval_field_overflow`
    public static let intervalFieldOverflow = Self(rawValue: "22015")
    /// `invalid_argument_for_logarithm`
    public static let invalidArgumentForLogarithm = Self(rawValue: "2201E")
    /// `invalid_argument_for_ntile_function`
    public static let invalidArgumentForNtileFunction = Self(rawValue: "22014")
    /// `invalid_argument_for_nth_value_function`
    public static let invalidArgumentForNthValueFunction = Self(rawValue: "22016")
    /// `invalid_argument_for_power_function`
    public static let invalidArgumentForPowerFunction = Self(rawValue: "2201F")
    /// `invalid_argument_for_width_bucket_function`
    public static let invalidArgumentForWidthBucketFunction = Self(rawValue: "2201G")
    /// `invalid_character_value_for_cast`
    public static let invalidCharacterValueForCast = Self(rawValue: "22018")
    /// `invalid_datetime_format`
    public static let invalidDatetimeFormat = Self(rawValue: "22007")
    /// `invalid_escape_character`
    public static let invalidEscapeCharacter = Self(rawValue: "22019")
    /// `invalid_escape_octet`
    public static let invalidEscapeOctet = Self(rawValue: "2200D")
    /// `invalid_escape_sequence`
    public static let invalidEscapeSequence = Self(rawValue: "22025")
    /// `nonstandard_use_of_escape_character`
    public static let nonstandardUseOfEscapeCharacter = Self(rawValue: "22P06")
    /// `invalid_indicator_parameter_value`
    public static let invalidIndicatorParameterValue = Self(rawValue: "22010")
    /// `invalid_parameter_value`
    public static let invalidParameterValue = Self(rawValue: "22023")
    /// `invalid_preceding_or_following_size`
    public static let invalidPrecedingOrFollowingSize = Self(rawValue: "22013")
    /// `invalid_regular_expression`
    public static let invalidRegularExpression = Self(rawValue: "2201B")
    /// `invalid_row_count_in_limit_clause`
    public static let invalidRowCountInLimitClause = Self(rawValue: "2201W")
    /// `invalid_row_count_in_result_offset_clause`
    public static let invalidRowCountInResultOffsetClause = Self(rawValue: "2201X")
    /// `invalid_tablesample_argument`
    public static let invalidTablesampleArgument = Self(rawValue: "2202H")
    /// `invalid_tablesample_repeat`
    public static let invalidTablesampleRepeat = Self(rawValue: "2202G")
    /// `invalid_time_zone_displacement_value`
    public static let invalidTimeZoneDisplacementValue = Self(rawValue: "22009")
    /// `invalid_use_of_escape_character`
    public static let invalidUseOfEscapeCharacter = Self(rawValue: "2200C")
    /// `most_specific_type_mismatch`
    public static let mostSpecificTypeMismatch = Self(rawValue: "2200G")
    /// `null_value_not_allowed`
    public static let nullValueNotAllowed = Self(rawValue: "22004")
    /// `null_value_no_indicator_parameter`
    public static let nullValueNoIndicatorParameter = Self(rawValue: "22002")
    /// `numeric_value_out_of_range`
    public static let numericValueOutOfRange = Self(rawValue: "22003")
    /// `sequence_generator_limit_exceeded`
    public static let sequenceGeneratorLimitExceeded = Self(rawValue: "2200H")
    /// `string_data_length_mismatch`
    public static let stringDataLengthMismatch = Self(rawValue: "22026")
    /// `string_data_right_truncation`
    public static let stringDataRightTruncation = Self(rawValue: "22001")
    /// `substring_error`
    public static let substringError = Self(rawValue: "22011")
    /// `trim_error`
    public static let trimError = Self(rawValue: "22027")
    /// `unterminated_c_string`
    public static let unterminatedCString = Self(rawValue: "22024")
    /// `zero_length_character_string`
    public static let zeroLengthCharacterString = Self(rawValue: "2200F")
    /// `floating_point_exception`
    public static let floatingPointException = Self(rawValue: "22P01")
    /// `invalid_text_representation`
    public static let invalidTextRepresentation = Self(rawValue: "22P02")
    /// `invalid_binary_representation`
    public static let invalidBinaryRepresentation = Self(rawValue: "22P03")
    /// `bad_copy_file_format`
    public static let badCopyFileFormat = Self(rawValue: "22P04")
    /// `untranslatable_character`
    public static let untranslatableCharacter = Self(rawValue: "22P05")
    /// `datum_version_mismatch`
    public static let datumVersionMismatch = Self(rawValue: "22P07")
    /// `not_an_xml_document`
    public static let notAnXmlDocument = Self(rawValue: "2200L")
    /// `invalid_xml_document`
    public static let invalidXmlDocument = Self(rawValue: "2200M")
    /// `invalid_xml_content`
    public static let invalidXmlContent = Self(rawValue: "2200N")
    /// `invalid_xml_comment`
    public static let invalidXmlComment = Self(rawValue: "2200S")
    /// `invalid_xml_processing_instruction`
    public static let invalidXmlProcessingInstruction = Self(rawValue: "2200T")
    /// `duplicate_json_object_key_value`
    public static let duplicateJsonObjectKeyValue = Self(rawValue: "22030")
    /// `invalid_argument_for_sql_json_datetime_function`
    public static let invalidArgumentForSqlJsonDatetimeFunction = Self(rawValue: "22031")
    /// `invalid_json_text`
    public static let invalidJsonText = Self(rawValue: "22032")
    /// `invalid_sql_json_subscript`
    public static let invalidSqlJsonSubscript = Self(rawValue: "22033")
    /// `more_than_one_sql_json_item`
    public static let moreThanOneSqlJsonItem = Self(rawValue: "22034")
    /// `no_sql_json_item`
    public static let noSqlJsonItem = Self(rawValue: "22035")
    /// `non_numeric_sql_json_item`
    public static let nonNumericSqlJsonItem = Self(rawValue: "22036")
    /// `non_unique_keys_in_a_json_object`
    public static let nonUniqueKeysInAJsonObject = Self(rawValue: "22037")
    /// `singleton_sql_json_item_required`
    public static let singletonSqlJsonItemRequired = Self(rawValue: "22038")
    /// `sql_json_array_not_found`
    public static let sqlJsonArrayNotFound = Self(rawValue: "22039")
    /// `sql_json_member_not_found`
    public static let sqlJsonMemberNotFound = Self(rawValue: "2203A")
    /// `sql_json_number_not_found`
    public static let sqlJsonNumberNotFound = Self(rawValue: "2203B")
    /// `sql_json_object_not_found`
    public static let sqlJsonObjectNotFound = Self(rawValue: "2203C")
    /// `too_many_json_array_elements`
    public static let tooManyJsonArrayElements = Self(rawValue: "2203D")
    /// `too_many_json_object_members`
    public static let tooManyJsonObjectMembers = Self(rawValue: "2203E")
    /// `sql_json_scalar_required`
    public static let sqlJsonScalarRequired = Self(rawValue: "2203F")
    /// `sql_json_item_cannot_be_cast_to_target_type`
    public static let sqlJsonItemCannotBeCastToTargetType = Self(rawValue: "2203G")

    // Class 23 - Integrity Constraint Violation
    /// `integrity_constraint_violation`
    public static let integrityConstraintViolation = Self(rawValue: "23000")
    /// `restrict_violation`
    public static let restrictViolation = Self(rawValue: "23001")
    /// `not_null_violation`
    public static let notNullViolation = Self(rawValue: "23502")
    /// `foreign_key_violation`
    public static let foreignKeyViolation = Self(rawValue: "23503")
    /// `unique_violation`
    public static let uniqueViolation = Self(rawValue: "23505")
    /// `check_violation`
    public static let checkViolation = Self(rawValue: "23514")
    /// `exclusion_violation`
    public static let exclusionViolation = Self(rawValue: "23P01")

    // Class 24 - Invalid Cursor State
    /// `invalid_cursor_state`
    public static let invalidCursorState = Self(rawValue: "24000")

    // Class 25 - Invalid Transaction State
    /// `invalid_transaction_state`
    public static let invalidTransactionState = Self(rawValue: "25000")
    /// `active_sql_transaction`
    public static let activeSqlTransaction = Self(rawValue: "25001")
    /// `branch_transaction_already_active`
    public static let branchTransactionAlreadyActive = Self(rawValue: "25002")
    /// `held_cursor_requires_same_isolation_level`
    public static let heldCursorRequiresSameIsolationLevel = Self(rawValue: "25008")
    /// `inappropriate_access_mode_for_branch_transaction`
    public static let inappropriateAccessModeForBranchTransaction = Self(rawValue: "25003")
    /// `inappropriate_isolation_level_for_branch_transaction`
    public static let inappropriateIsolationLevelForBranchTransaction = Self(rawValue: "25004")
    /// `no_active_sql_transaction_for_branch_transaction`
    public static let noActiveSqlTransactionForBranchTransaction = Self(rawValue: "25005")
    /// `read_only_sql_transaction`
    public static let readOnlySqlTransaction = Self(rawValue: "25006")
    /// `schema_and_data_statement_mixing_not_supported`
    public static let schemaAndDataStatementMixingNotSupported = Self(rawValue: "25007")
    /// `no_active_sql_transaction`
    public static let noActiveSqlTransaction = Self(rawValue: "25P01")
    /// `in_failed_sql_transaction`
    public static let inFailedSqlTransaction = Self(rawValue: "25P02")
    /// `idle_in_transaction_session_timeout`
    public static let idleInTransactionSessionTimeout = Self(rawValue: "25P03")

    // Class 26 - Invalid SQL Statement Name
    /// `invalid_sql_statement_name`
    public static let invalidSqlStatementName = Self(rawValue: "26000")

    // Class 27 - Triggered Data Change Violation
    /// `triggered_data_change_violation`
    public static let triggeredDataChangeViolation = Self(rawValue: "27000")

    // Class 28 - Invalid Authorization Specification
    /// `invalid_authorization_specification`
    public static let invalidAuthorizationSpecification = Self(rawValue: "28000")
    /// `invalid_password`
    public static let invalidPassword = Self(rawValue: "28P01")

    // Class 2B - Dependent Privilege Descriptors Still Exist
    /// `dependent_privilege_descriptors_still_exist`
    public static let dependentPrivilegeDescriptorsStillExist = Self(rawValue: "2B000")
    /// `dependent_objects_still_exist`
    public static let dependentObjectsStillExist = Self(rawValue: "2BP01")

    // Class 2D - Invalid Transaction Termination
    /// `invalid_transaction_termination`
    public static let invalidTransactionTermination = Self(rawValue: "2D000")

    // Class 2F - SQL Routine Exception
    /// `sql_routine_exception`
    public static let sqlRoutineException = Self(rawValue: "2F000")
    /// `function_executed_no_return_statement`
    public static let functionExecutedNoReturnStatement = Self(rawValue: "2F005")
    /// `modifying_sql_data_not_permitted`
    public static let modifyingSqlDataNotPermitted = Self(rawValue: "2F002")
    /// `prohibited_sql_statement_attempted`
    public static let prohibitedSqlStatementAttempted = Self(rawValue: "2F003")
    /// `reading_sql_data_not_permitted`
    public static let readingSqlDataNotPermitted = Self(rawValue: "2F004")

    // Class 34 - Invalid Cursor Name
    /// `invalid_cursor_name`
    public static let invalidCursorName = Self(rawValue: "34000")

    // Class 38 - External Routine Exception
    /// `external_routine_exception`
    public static let externalRoutineException = Self(rawValue: "38000")
    /// `containing_sql_not_permitted`
    public static let containingSqlNotPermitted = Self(rawValue: "38001")

    // Class 39 - External Routine Invocation Exception
    /// `external_routine_invocation_exception`
    public static let externalRoutineInvocationException = Self(rawValue: "39000")
    /// `invalid_sqlstate_returned`
    public static let invalidSqlstateReturned = Self(rawValue: "39001")
    /// `trigger_protocol_violated`
    public static let triggerProtocolViolated = Self(rawValue: "39P01")
    /// `srf_protocol_violated`
    public static let srfProtocolViolated = Self(rawValue: "39P02")
    /// `event_trigger_protocol_violated`
    public static let eventTriggerProtocolViolated = Self(rawValue: "39P03")

    // Class 3B - Savepoint Exception
    /// `savepoint_exception`
    public static let savepointException = Self(rawValue: "3B000")
    /// `invalid_savepoint_specification`
    public static let invalidSavepointSpecification = Self(rawValue: "3B001")

    // Class 3D - Invalid Catalog Name
    /// `invalid_catalog_name`
    public static let invalidCatalogName = Self(rawValue: "3D000")

    // Class 3F - Invalid Schema Name
    /// `invalid_schema_name`
    public static let invalidSchemaName = Self(rawValue: "3F000")

    // Class 40 - Transaction Rollback
    /// `transaction_rollback`
    public static let transactionRollback = Self(rawValue: "40000")
    /// `transaction_integrity_constraint_violation`
    public static let transactionIntegrityConstraintViolation = Self(rawValue: "40002")
    /// `serialization_failure`
    public static let serializationFailure = Self(rawValue: "40001")
    /// `statement_completion_unknown`
    public static let statementCompletionUnknown = Self(rawValue: "40003")
    /// `deadlock_detected`
    public static let deadlockDetected = Self(rawValue: "40P01")

    // Class 42 - Syntax Error or Access Rule Violation
    /// `syntax_error_or_access_rule_violation`
    public static let syntaxErrorOrAccessRuleViolation = Self(rawValue: "42000")
    /// `syntax_error`
    public static let syntaxError = Self(rawValue: "42601")
    /// `insufficient_privilege`
    public static let insufficientPrivilege = Self(rawValue: "42501")
    /// `cannot_coerce`
    public static let cannotCoerce = Self(rawValue: "42846")
    /// `grouping_error`
    public static let groupingError = Self(rawValue: "42803")
    /// `windowing_error`
    public static let windowingError = Self(rawValue: "42P20")
    /// `invalid_recursion`
    public static let invalidRecursion = Self(rawValue: "42P19")
    /// `invalid_foreign_key`
    public static let invalidForeignKey = Self(rawValue: "42830")
    /// `invalid_name`
    public static let invalidName = Self(rawValue: "42602")
    /// `name_too_long`
    public static let nameTooLong = Self(rawValue: "42622")
    /// `reserved_name`
    public static let reservedName = Self(rawValue: "42939")
    /// `datatype_mismatch`
    public static let datatypeMismatch = Self(rawValue: "42804")
    /// `indeterminate_datatype`
    public static let indeterminateDatatype = Self(rawValue: "42P18")
    /// `collation_mismatch`
    public static let collationMismatch = Self(rawValue: "42P21")
    /// `indeterminate_collation`
    public static let indeterminateCollation = Self(rawValue: "42P22")
    /// `wrong_object_type`
    public static let wrongObjectType = Self(rawValue: "42809")
    /// `generated_always`
    public static let generatedAlways = Self(rawValue: "428C9")
    /// `undefined_column`
    public static let undefinedColumn = Self(rawValue: "42703")
    /// `undefined_function`
    public static let undefinedFunction = Self(rawValue: "42883")
    /// `undefined_table`
    public static let undefinedTable = Self(rawValue: "42P01")
    /// `undefined_parameter`
    public static let undefinedParameter = Self(rawValue: "42P02")
    /// `undefined_object`
    public static let undefinedObject = Self(rawValue: "42704")
    /// `duplicate_column`
    public static let duplicateColumn = Self(rawValue: "42701")
    /// `duplicate_cursor`
    public static let duplicateCursor = Self(rawValue: "42P03")
    /// `duplicate_database`
    public static let duplicateDatabase = Self(rawValue: "42P04")
    /// `duplicate_function`
    public static let duplicateFunction = Self(rawValue: "42723")
    /// `duplicate_prepared_statement`
    public static let duplicatePreparedStatement = Self(rawValue: "42P05")
    /// `duplicate_schema`
    public static let duplicateSchema = Self(rawValue: "42P06")
    /// `duplicate_table`
    public static let duplicateTable = Self(rawValue: "42P07")
    /// `duplicate_alias`
    public static let duplicateAlias = Self(rawValue: "42712")
    /// `duplicate_object`
    public static let duplicateObject = Self(rawValue: "42710")
    /// `ambiguous_column`
    public static let ambiguousColumn = Self(rawValue: "42702")
    /// `ambiguous_function`
    public static let ambiguousFunction = Self(rawValue: "42725")
    /// `ambiguous_parameter`
    public static let ambiguousParameter = Self(rawValue: "42P08")
    /// `ambiguous_alias`
    public static let ambiguousAlias = Self(rawValue: "42P09")
    /// `invalid_column_reference`
    public static let invalidColumnReference = Self(rawValue: "42P10")
    /// `invalid_column_definition`
    public static let invalidColumnDefinition = Self(rawValue: "42611")
    /// `invalid_cursor_definition`
    public static let invalidCursorDefinition = Self(rawValue: "42P11")
    /// `invalid_database_definition`
    public static let invalidDatabaseDefinition = Self(rawValue: "42P12")
    /// `invalid_function_definition`
    public static let invalidFunctionDefinition = Self(rawValue: "42P13")
    /// `invalid_prepared_statement_definition`
    public static let invalidPreparedStatementDefinition = Self(rawValue: "42P14")
    /// `invalid_schema_definition`
    public static let invalidSchemaDefinition = Self(rawValue: "42P15")
    /// `invalid_table_definition`
    public static let invalidTableDefinition = Self(rawValue: "42P16")
    /// `invalid_object_definition`
    public static let invalidObjectDefinition = Self(rawValue: "42P17")

    // Class 44 - WITH CHECK OPTION Violation
    /// `with_check_option_violation`
    public static let withCheckOptionViolation = Self(rawValue: "44000")

    // Class 53 - Insufficient Resources
    /// `insufficient_resources`
    public static let insufficientResources = Self(rawValue: "53000")
    /// `disk_full`
    public static let diskFull = Self(rawValue: "53100")
    /// `out_of_memory`
    public static let outOfMemory = Self(rawValue: "53200")
    /// `too_many_connections`
    public static let tooManyConnections = Self(rawValue: "53300")
    /// `configuration_limit_exceeded`
    public static let configurationLimitExceeded = Self(rawValue: "53400")

    // Class 54 - Program Limit Exceeded
    /// `program_limit_exceeded`
    public static let programLimitExceeded = Self(rawValue: "54000")
    /// `statement_too_complex`
    public static let statementTooComplex = Self(rawValue: "54001")
    /// `too_many_columns`
    public static let tooManyColumns = Self(rawValue: "54011")
    /// `too_many_arguments`
    public static let tooManyArguments = Self(rawValue: "54023")

    // Class 55 - Object Not In Prerequisite State
    /// `object_not_in_prerequisite_state`
    public static let objectNotInPrerequisiteState = Self(rawValue: "55000")
    /// `object_in_use`
    public static let objectInUse = Self(rawValue: "55006")
    /// `cant_change_runtime_param`
    public static let cantChangeRuntimeParam = Self(rawValue: "55P02")
    /// `lock_not_available`
    public static let lockNotAvailable = Self(rawValue: "55P03")
    /// `unsafe_new_enum_value_usage`
    public static let unsafeNewEnumValueUsage = Self(rawValue: "55P04")

    // Class 57 - Operator Intervention
    /// `operator_intervention`
    public static let operatorIntervention = Self(rawValue: "57000")
    /// `query_canceled`
    public static let queryCanceled = Self(rawValue: "57014")
    /// `admin_shutdown`
    public static let adminShutdown = Self(rawValue: "57P01")
    /// `crash_shutdown`
    public static let crashShutdown = Self(rawValue: "57P02")
    /// `cannot_connect_now`
    public static let cannotConnectNow = Self(rawValue: "57P03")
    /// `database_dropped`
    public static let databaseDropped = Self(rawValue: "57P04")
    /// `idle_session_timeout`
    public static let idleSessionTimeout = Self(rawValue: "57P05")

    // Class 58 - System Error (errors external to PostgreSQL itself)
    /// `system_error`
    public static let systemError = Self(rawValue: "58000")
    /// `io_error`
    public static let ioError = Self(rawValue: "58030")
    /// `undefined_file`
    public static let undefinedFile = Self(rawValue: "58P01")
    /// `duplicate_file`
    public static let duplicateFile = Self(rawValue: "58P02")

    // Class 72 - Snapshot Failure
    /// `snapshot_too_old`
    public static let snapshotTooOld = Self(rawValue: "72000")

    // Class F0 - Configuration File Error
    /// `config_file_error`
    public static let configFileError = Self(rawValue: "F0000")
    /// `lock_file_exists`
    public static let lockFileExists = Self(rawValue: "F0001")

    // Class HV - Foreign Data Wrapper Error (SQL/MED)
    /// `fdw_error`
    public static let fdwError = Self(rawValue: "HV000")
    /// `fdw_column_name_not_found`
    public static let fdwColumnNameNotFound = Self(rawValue: "HV005")
    /// `fdw_dynamic_parameter_value_needed`
    public static let fdwDynamicParameterValueNeeded = Self(rawValue: "HV002")
    /// `fdw_function_sequence_error`
    public static let fdwFunctionSequenceError = Self(rawValue: "HV010")
    /// `fdw_inconsistent_descriptor_information`
    public static let fdwInconsistentDescriptorInformation = Self(rawValue: "HV021")
    /// `fdw_invalid_attribute_value`
    public static let fdwInvalidAttributeValue = Self(rawValue: "HV024")
    /// `fdw_invalid_column_name`
    public static let fdwInvalidColumnName = Self(rawValue: "HV007")
    /// `fdw_invalid_column_number`
    public static let fdwInvalidColumnNumber = Self(rawValue: "HV008")
    /// `fdw_invalid_data_type`
    public static let fdwInvalidDataType = Self(rawValue: "HV004")
    /// `fdw_invalid_data_type_descriptors`
    public static let fdwInvalidDataTypeDescriptors = Self(rawValue: "HV006")
    /// `fdw_invalid_descriptor_field_identifier`
    public static let fdwInvalidDescriptorFieldIdentifier = Self(rawValue: "HV091")
    /// `fdw_invalid_handle`
    public static let fdwInvalidHandle = Self(rawValue: "HV00B")
    /// `fdw_invalid_option_index`
    public static let fdwInvalidOptionIndex = Self(rawValue: "HV00C")
    /// `fdw_invalid_option_name`
    public static let fdwInvalidOptionName = Self(rawValue: "HV00D")
    /// `fdw_invalid_string_length_or_buffer_length`
    public static let fdwInvalidStringLengthOrBufferLength = Self(rawValue: "HV090")
    /// `fdw_invalid_string_format`
    public static let fdwInvalidStringFormat = Self(rawValue: "HV00A")
    /// `fdw_invalid_use_of_null_pointer`
    public static let fdwInvalidUseOfNullPointer = Self(rawValue: "HV009")
    /// `fdw_too_many_handles`
    public static let fdwTooManyHandles = Self(rawValue: "HV014")
    /// `fdw_out_of_memory`
    public static let fdwOutOfMemory = Self(rawValue: "HV001")
    /// `fdw_no_schemas`
    public static let fdwNoSchemas = Self(rawValue: "HV00P")
    /// `fdw_option_name_not_found`
    public static let fdwOptionNameNotFound = Self(rawValue: "HV00J")
    /// `fdw_reply_handle`
    public static let fdwReplyHandle = Self(rawValue: "HV00K")
    /// `fdw_schema_not_found`
    public static let fdwSchemaNotFound = Self(rawValue: "HV00Q")
    /// `fdw_table_not_found`
    public static let fdwTableNotFound = Self(rawValue: "HV00R")
    /// `fdw_unable_to_create_execution`
    public static let fdwUnableToCreateExecution = Self(rawValue: "HV00L")
    /// `fdw_unable_to_create_reply`
    public static let fdwUnableToCreateReply = Self(rawValue: "HV00M")
    /// `fdw_unable_to_establish_connection`
    public static let fdwUnableToEstablishConnection = Self(rawValue: "HV00N")

    // Class P0 - PL/pgSQL Error
    /// `plpgsql_error`
    public static let plpgsqlError = Self(rawValue: "P0000")
    /// `raise_exception`
    public static let raiseException = Self(rawValue: "P0001")
    /// `no_data_found`
    public static let noDataFound = Self(rawValue: "P0002")
    /// `too_many_rows`
    public static let tooManyRows = Self(rawValue: "P0003")
    /// `assert_failure`
    public static let assertFailure = Self(rawValue: "P0004")

    // Class XX - Internal Error
    /// `internal_error`
    public static let internalError = Self(rawValue: "XX000")
    /// `data_corrupted`
    public static let dataCorrupted = Self(rawValue: "XX001")
    /// `index_corrupted`
    public static let indexCorrupted = Self(rawValue: "XX002")
}
