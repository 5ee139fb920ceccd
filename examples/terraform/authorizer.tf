locals {
  # Routes, identity sources and TTL: `npm run build` derives them from options.ts.
  api = jsondecode(file("${path.module}/build/api.json"))
}

resource "aws_apigatewayv2_authorizer" "auth0" {
  api_id                            = aws_apigatewayv2_api.orders.id
  name                              = "auth0"
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = aws_lambda_function.authorizer.invoke_arn
  authorizer_payload_format_version = "2.0"
  enable_simple_responses           = false
  identity_sources                  = local.api.identitySources
  authorizer_result_ttl_in_seconds  = local.api.ttl
}

resource "aws_apigatewayv2_route" "orders" {
  for_each           = toset(local.api.routes)
  api_id             = aws_apigatewayv2_api.orders.id
  route_key          = each.value
  target             = "integrations/${aws_apigatewayv2_integration.orders.id}"
  authorization_type = "CUSTOM"
  authorizer_id      = aws_apigatewayv2_authorizer.auth0.id
}

# API Gateway may invoke the authorizer, for this API only.
resource "aws_lambda_permission" "authorizer" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.authorizer.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.orders.execution_arn}/authorizers/${aws_apigatewayv2_authorizer.auth0.id}"
}

resource "aws_lambda_function" "authorizer" {
  function_name    = "orders-terraform-authorizer"
  handler          = "authorizer.handler"
  runtime          = "nodejs24.x"
  memory_size      = 512
  timeout          = 10
  filename         = data.archive_file.functions.output_path
  source_code_hash = data.archive_file.functions.output_base64sha256
  role             = aws_iam_role.functions.arn
  environment {
    variables = {
      AUTH0_DOMAIN   = var.auth0_domain
      AUTH0_AUDIENCE = var.auth0_audience
    }
  }
}
