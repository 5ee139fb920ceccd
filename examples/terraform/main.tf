terraform {
  required_version = ">= 1.5"
  required_providers {
    aws     = { source = "hashicorp/aws", version = "~> 6.25" }
    archive = { source = "hashicorp/archive", version = "~> 2.7" }
  }
}

variable "auth0_domain" {
  type = string
}

variable "auth0_audience" {
  type = string
}

locals {
  # Routes, identity sources and TTL: `npm run build` derives them from options.ts.
  api = jsondecode(file("${path.module}/build/api.json"))
}

resource "aws_apigatewayv2_api" "orders" {
  name          = "orders-terraform"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.orders.id
  name        = "$default"
  auto_deploy = true
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

resource "aws_apigatewayv2_integration" "orders" {
  api_id                 = aws_apigatewayv2_api.orders.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.orders.invoke_arn
  payload_format_version = "2.0"
}

data "archive_file" "functions" {
  type        = "zip"
  source_dir  = "${path.module}/build"
  excludes    = ["api.json"]
  output_path = "${path.module}/functions.zip"
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

resource "aws_lambda_function" "orders" {
  function_name    = "orders-terraform-orders"
  handler          = "orders.handler"
  runtime          = "nodejs24.x"
  memory_size      = 512
  timeout          = 10
  filename         = data.archive_file.functions.output_path
  source_code_hash = data.archive_file.functions.output_base64sha256
  role             = aws_iam_role.functions.arn
}

# API Gateway alone may invoke the functions: a direct caller of the backend could claim to be anybody.
resource "aws_lambda_permission" "authorizer" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.authorizer.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.orders.execution_arn}/authorizers/${aws_apigatewayv2_authorizer.auth0.id}"
}

resource "aws_lambda_permission" "orders" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.orders.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.orders.execution_arn}/*/*"
}

resource "aws_iam_role" "functions" {
  name = "orders-terraform-functions"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.functions.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

output "url" {
  value = aws_apigatewayv2_api.orders.api_endpoint
}
