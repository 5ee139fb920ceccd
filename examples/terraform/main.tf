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

resource "aws_apigatewayv2_api" "orders" {
  name          = "orders-terraform"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.orders.id
  name        = "$default"
  auto_deploy = true
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

# API Gateway alone may invoke the backend: a direct caller could claim to be anybody.
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
