/**
 * Every Admin API operation there is in this service. `npm run codegen` writes their types from the 2026-10 schema;
 * a test fails when the two are apart.
 */

import { BeginEdit, ChangeAddress, CommitEdit, EditAdd, EditQuantity } from './edit-operations.ts';
import {
  ArchiveOrder,
  CancelOrder,
  CreateDiscount,
  DeleteOrder,
  OpenReturn,
  RefundOrder,
  TagOrder,
} from './order-mutations.ts';
import {
  CancelProgress,
  FindOrders,
  FindVariant,
  OrderAgain,
  OrderForDecision,
  ReturnableLines,
  ShopFacts,
  SuggestRefund,
} from './order-queries.ts';
import { AskFulfillmentService, HoldFulfillmentOrder, HoldsOfOrder, ReleaseHolds } from './parcel-operations.ts';

export const OPERATIONS = [
  ShopFacts,
  FindOrders,
  OrderForDecision,
  OrderAgain,
  CancelOrder,
  CancelProgress,
  HoldsOfOrder,
  HoldFulfillmentOrder,
  ReleaseHolds,
  AskFulfillmentService,
  RefundOrder,
  SuggestRefund,
  ReturnableLines,
  OpenReturn,
  TagOrder,
  ArchiveOrder,
  DeleteOrder,
  ChangeAddress,
  BeginEdit,
  EditQuantity,
  EditAdd,
  CommitEdit,
  FindVariant,
  CreateDiscount,
];
